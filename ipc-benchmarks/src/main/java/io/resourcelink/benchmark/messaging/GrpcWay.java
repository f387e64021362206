package io.resourcelink.benchmark.messaging;

import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

import io.grpc.CallOptions;
import io.grpc.ManagedChannel;
import io.grpc.MethodDescriptor;
import io.grpc.ServerServiceDefinition;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import io.grpc.netty.shaded.io.netty.channel.EventLoopGroup;
import io.grpc.netty.shaded.io.netty.channel.epoll.EpollDomainSocketChannel;
import io.grpc.netty.shaded.io.netty.channel.epoll.EpollEventLoopGroup;
import io.grpc.netty.shaded.io.netty.channel.epoll.EpollServerDomainSocketChannel;
import io.grpc.netty.shaded.io.netty.channel.unix.DomainSocketAddress;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.ServerCalls;
import io.grpc.stub.StreamObserver;

import io.resourcelink.benchmark.Mode;
import io.resourcelink.benchmark.handoff.Checksum;

/** A unary call of gRPC over a Unix-domain socket, on Netty's native transport, with gRPC's default executors. */
record GrpcWay() implements Way {

    static final String LABEL = "gRPC on a Unix-domain socket";

    private static final String SERVICE = "Benchmark";
    private static final int LARGEST = 64 << 20;
    private static final int PATIENCE_SECONDS = 30;

    private static final MethodDescriptor<Reading, Reading> ECHO = MethodDescriptor.<Reading, Reading>newBuilder()
            .setType(MethodDescriptor.MethodType.UNARY)
            .setFullMethodName(MethodDescriptor.generateFullMethodName(SERVICE, "Echo"))
            .setRequestMarshaller(Marshallers.READING).setResponseMarshaller(Marshallers.READING).build();

    private static final MethodDescriptor<byte[], Long> SUM = MethodDescriptor.<byte[], Long>newBuilder()
            .setType(MethodDescriptor.MethodType.UNARY)
            .setFullMethodName(MethodDescriptor.generateFullMethodName(SERVICE, "Sum"))
            .setRequestMarshaller(Marshallers.BYTES).setResponseMarshaller(Marshallers.NUMBER).build();

    @Override
    public String label() {
        return LABEL;
    }

    @Override
    public Mode mode() {
        return Mode.ASLEEP;
    }

    private static DomainSocketAddress address(Path directory) {
        return new DomainSocketAddress(directory.resolve("grpc").toFile());
    }

    private static EventLoopGroup group() {
        return new EpollEventLoopGroup(1);
    }

    private static void end(EventLoopGroup group) {
        if (!group.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly(PATIENCE_SECONDS,
                TimeUnit.SECONDS)) {
            throw new IllegalStateException("Netty's threads do not end.");
        }
    }

    @Override
    public Server server(Path directory) throws IOException {
        EventLoopGroup group = group();
        io.grpc.Server server = NettyServerBuilder.forAddress(address(directory)).bossEventLoopGroup(group)
                .workerEventLoopGroup(group).channelType(EpollServerDomainSocketChannel.class)
                .maxInboundMessageSize(LARGEST).addService(service()).build().start();
        return () -> {
            server.shutdownNow();
            end(group);
        };
    }

    private static ServerServiceDefinition service() {
        return ServerServiceDefinition.builder(SERVICE)
                .addMethod(ECHO, ServerCalls.asyncUnaryCall(GrpcWay::answer))
                .addMethod(SUM, ServerCalls.asyncUnaryCall(
                        (payload, reply) -> answer(Checksum.of(payload, payload.length), reply)))
                .build();
    }

    private static <T> void answer(T answer, StreamObserver<T> reply) {
        reply.onNext(answer);
        reply.onCompleted();
    }

    @Override
    public Client client(Path directory, long address) {
        EventLoopGroup group = group();
        return new GrpcClient(NettyChannelBuilder.forAddress(address(directory)).eventLoopGroup(group)
                .channelType(EpollDomainSocketChannel.class).usePlaintext().maxInboundMessageSize(LARGEST).build(),
                group);
    }

    private record GrpcClient(ManagedChannel channel, EventLoopGroup group) implements Client {

        @Override
        public Caller caller(int thread) {
            return reading -> ClientCalls.blockingUnaryCall(channel, ECHO, CallOptions.DEFAULT, reading);
        }

        @Override
        public long hand(byte[] content, long number) {
            return ClientCalls.blockingUnaryCall(channel, SUM, CallOptions.DEFAULT, content);
        }

        @Override
        public void close() {
            channel.shutdownNow();
            end(group);
        }
    }
}
