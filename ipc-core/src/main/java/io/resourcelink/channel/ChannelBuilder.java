package io.resourcelink.channel;

import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.time.Duration;
import java.util.Objects;
import java.util.ServiceConfigurationError;
import java.util.ServiceLoader;
import java.util.Set;

import org.jspecify.annotations.Nullable;

import io.resourcelink.ResourceLinkFactory;
import io.resourcelink.internal.format.TrustSettings;
import io.resourcelink.internal.os.Platform;
import io.resourcelink.internal.wire.Endpoint;
import io.resourcelink.internal.wire.EndpointOptions;

/** The options of a channel that is to be opened. Not thread-safe. */
public final class ChannelBuilder {

    private static final int MAX_THRESHOLD = 32 << 10;
    private static final Duration DEFAULT_SPIN = Duration.ofNanos(30_000);
    private static final Duration MAX_SPIN = Duration.ofMillis(1);

    private final TrustSettings trust = new TrustSettings();
    private @Nullable Path directory;
    private boolean ofSegments;
    private @Nullable ResourceLinkFactory segments;
    private @Nullable Codec codec;
    private boolean immutableMemoryOnly;
    private Credits credits = Credits.DEFAULT;
    private int threshold = 16 << 10;
    private boolean batching;
    private Duration spin = defaultSpin(Runtime.getRuntime().availableProcessors());
    private ChannelListener listener = new ChannelListener() {
    };

    /** Begins with every default. */
    ChannelBuilder() {}

    /** On a single processor, a thread that looks again and again keeps the sending thread from running. */
    static Duration defaultSpin(int processors) {
        return processors < 2 ? Duration.ZERO : DEFAULT_SPIN;
    }

    /**
     * Sets the directory in which channels find each other. All channels that talk to each other use the same directory. It is made
     * if it is missing and its parent exists. By default it is {@code /dev/shm/ipc-<uid>/.channels}, even if the factory for {@link
     * #segments} uses another directory.
     *
     * @param directory a directory of this user that no other user can enter, unless {@link #directoryPermissions} allow it
     * @return this builder
     */
    public ChannelBuilder directory(Path directory) {
        this.directory = Objects.requireNonNull(directory, "directory");
        this.ofSegments = false;
        return this;
    }

    /**
     * Lets channels find each other beside their segments: in {@code .channels} in a directory of segments. That directory has
     * the owner and the group that the channels need, and {@code .channels} is no key, so it is never taken for a segment. A
     * directory in which all users may create files, such as {@code /dev/shm} itself, has no such place; then the default
     * directory is used.
     *
     * @param segments the directory of segments; it is made if it is missing and its parent exists
     * @return this builder
     */
    public ChannelBuilder directoryOfSegments(Path segments) {
        this.directory = Objects.requireNonNull(segments, "segments");
        this.ofSegments = true;
        return this;
    }

    /**
     * Sets the permissions of a directory that the channel makes. The default is access for its owner alone. A directory that its
     * group may enter is accepted only if these permissions allow that. To exchange messages with other users of a group, set
     * {@code rwxrwx---}, choose the {@link #directoryGroup}, and trust the users. A directory that its group may write to gets the
     * setgid bit.
     *
     * @param permissions at least all of the owner's, and no writing by other users
     * @return this builder
     * @throws IllegalArgumentException if the owner lacks one, or other users could write
     */
    public ChannelBuilder directoryPermissions(Set<PosixFilePermission> permissions) {
        trust.directoryPermissions(permissions);
        return this;
    }

    /**
     * Sets the group of a directory that the channel makes. By default it is what the system chooses. The user of this process must
     * be a member of the group.
     *
     * @param group the group's name or number; a name is looked up by {@link #open()}
     * @return this builder
     * @throws IllegalArgumentException if it is blank, or a number that no group has
     */
    public ChannelBuilder directoryGroup(String group) {
        trust.directoryGroup(group);
        return this;
    }

    /**
     * Trusts another user: processes of this user may connect to this channel, and this channel connects to theirs. Each side must
     * trust the other's user. The kernel says which user a process runs as. Without this setting, only this process's user and root
     * are trusted.
     *
     * @param userId the user's number
     * @return this builder
     */
    public ChannelBuilder trustOwner(int userId) {
        return trustOwner(Integer.toUnsignedString(userId));
    }

    /**
     * Trusts another user, like {@link #trustOwner(int)}.
     *
     * @param user the user's name or number; a name is looked up by {@link #open()}
     * @return this builder
     * @throws IllegalArgumentException if it is blank, or a number that no user has
     */
    public ChannelBuilder trustOwner(String user) {
        trust.trustOwner(user);
        return this;
    }

    /**
     * Sets the factory that makes links of the references in messages. By default there is none. Then receiving a message that
     * carries a link fails with a {@link io.resourcelink.error.MessageException}. The sender of a request is told by a {@link
     * io.resourcelink.error.RequestException}; the sender of another message is not told. A channel that only sends links needs no
     * factory.
     *
     * @param segments a factory on the same directories as the sender's; the caller closes it after the channel
     * @return this builder
     */
    public ChannelBuilder segments(ResourceLinkFactory segments) {
        this.segments = Objects.requireNonNull(segments, "segments");
        return this;
    }

    /**
     * Sets what turns messages into bytes. By default it is the first codec that {@link ServiceLoader} finds, which is {@code
     * io.resourcelink.channel.jackson.JacksonCodec} if {@code jackson-dataformat-cbor} is on the class path. Both sides must use the
     * same.
     *
     * @param codec the codec
     * @return this builder
     */
    public ChannelBuilder codec(Codec codec) {
        this.codec = Objects.requireNonNull(codec, "codec");
        return this;
    }

    /**
     * Sets how much may be on its way to each receiver of this channel: sent, and not yet handled. By default {@link Credits#DEFAULT}.
     *
     * @param credits the credits
     * @return this builder
     */
    public ChannelBuilder credits(Credits credits) {
        this.credits = Objects.requireNonNull(credits, "credits");
        return this;
    }

    /**
     * Sets up to which size an encoded message travels through the socket, where the kernel copies it twice. Longer messages travel
     * in shared memory of their own. By default 16 KiB.
     *
     * @param bytes the size, from 0 to 32 KiB
     * @return this builder
     * @throws IllegalArgumentException if the value is out of range
     */
    public ChannelBuilder threshold(int bytes) {
        if (bytes < 0 || bytes > MAX_THRESHOLD) {
            throw new IllegalArgumentException("The threshold must be from 0 to " + MAX_THRESHOLD + " bytes: " + bytes);
        }
        this.threshold = bytes;
        return this;
    }

    /**
     * Sets how long a waiting platform thread looks for a message again and again before it sleeps. It yields to other threads in
     * between. It does so only while messages arrive within that time; after a longer wait the thread sleeps at once. Being woken
     * costs tens of microseconds, more than exchanging a small message. By default 30 microseconds, on a machine with a single
     * processor zero.
     *
     * @param time from zero, which turns this off, to a millisecond
     * @return this builder
     * @throws IllegalArgumentException if the value is out of range
     */
    public ChannelBuilder spin(Duration time) {
        if (time.isNegative() || time.compareTo(MAX_SPIN) > 0) {
            throw new IllegalArgumentException("The spin must be from 0 to " + MAX_SPIN.toNanos() + " ns: " + time);
        }
        this.spin = time;
        return this;
    }

    /**
     * Lets messages that want no reply and carry no memory, links or senders wait in this process for a moment, so that many of
     * them take one system call. By default none waits: {@code send} returns when the kernel has the message. With batching, a
     * message counts as sent when {@code send} returns, although it may still wait. The channel's thread sends what waits as
     * soon as it can, within tens of microseconds if a processor is free, and at most some hundred microseconds later while many
     * follow each other. It is sent before anything that is sent later, before a receiver that stops is answered, and when the
     * channel is closed. {@link Channel#close()} waits up to a second in all for receivers that do not read, and not at all if
     * its thread is interrupted; what is lost then is logged. Messages that wait are lost too if this process is killed, or
     * exits without closing the channel. This is for streams of small messages; a single one arrives later than without
     * batching.
     *
     * @param batching whether messages may wait
     * @return this builder
     */
    public ChannelBuilder batching(boolean batching) {
        this.batching = batching;
        return this;
    }

    /**
     * Takes only shared memory whose content nobody can change, of processes that are not trusted with that. A process that sends
     * recycled memory ({@link io.resourcelink.memory.SharedMemory#recycledBuilder}), or memory that it can still write to ({@link
     * io.resourcelink.memory.SharedMemory#unsafeWritable}), to this channel sends a sealed copy. If it does not, receiving the message
     * fails with a {@link io.resourcelink.error.ProtocolException}. By default such memory is taken; {@link
     * io.resourcelink.memory.SharedMemory#mayChange} tells it. Links are not affected: segments can always be written to.
     *
     * @return this builder
     */
    public ChannelBuilder immutableMemoryOnly() {
        this.immutableMemoryOnly = true;
        return this;
    }

    /**
     * Sets the listener, which receives events that no method call reports. By default there is none.
     *
     * @param listener the listener
     * @return this builder
     */
    public ChannelBuilder listener(ChannelListener listener) {
        this.listener = Objects.requireNonNull(listener, "listener");
        return this;
    }

    /**
     * Opens the channel. It has one thread and four descriptors.
     *
     * @return the channel
     * @throws io.resourcelink.error.PermissionException if users who are not trusted can enter or replace the directory
     * @throws IllegalArgumentException if the system does not know the name of a trusted owner or of the group
     * @throws io.resourcelink.error.OsException if the system fails, for example because this process has no descriptor left
     * @throws IllegalCallerException if native access is not allowed
     * @throws UnsupportedOperationException on any system but Linux on x86-64 or aarch64, and in a GraalVM native
     * image
     * @throws IllegalStateException if no codec was given and none is found
     */
    public Channel open() {
        Platform.check();
        Codec chosen = codec == null ? findCodec() : codec;
        EndpointOptions options = new EndpointOptions(segments, threshold, batching, spin.toNanos(),
                new ListenerCalls(listener), immutableMemoryOnly, trust.ofChannels());
        Path place = directory != null && ofSegments ? Endpoint.directoryInside(directory) : directory;
        return new Channel(Endpoint.open(place, options), chosen, credits);
    }

    private static String notLoaded(Throwable cause) {
        return "The codec for messages could not be loaded: " + cause
                + ". If a class or a member is missing, the class path has a"
                + " library in another version than the codec needs.";
    }

    private static Codec findCodec() {
        String missing = "There is no codec for messages: add the dependency"
                + " tools.jackson.dataformat:jackson-dataformat-cbor, or name one with codec(...).";
        try {
            return ServiceLoader.load(Codec.class, Codec.class.getClassLoader()).findFirst()
                    .orElseThrow(() -> new IllegalStateException(missing));
        } catch (NoClassDefFoundError e) {
            throw new IllegalStateException(missing, e);
        } catch (LinkageError e) {
            throw new IllegalStateException(notLoaded(e), e);
        } catch (ServiceConfigurationError e) {
            Throwable cause = e.getCause();
            throw new IllegalStateException(
                    cause == null || cause instanceof NoClassDefFoundError ? missing : notLoaded(cause), e);
        }
    }
}
