package io.resourcelink;

import java.io.IOException;
import java.io.InputStream;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassTransform;
import java.lang.classfile.CodeBuilder;
import java.lang.classfile.CodeElement;
import java.lang.classfile.instruction.InvokeDynamicInstruction;
import java.lang.classfile.instruction.InvokeInstruction;
import java.lang.classfile.instruction.NewMultiArrayInstruction;
import java.lang.classfile.instruction.NewObjectInstruction;
import java.lang.classfile.instruction.NewPrimitiveArrayInstruction;
import java.lang.classfile.instruction.NewReferenceArrayInstruction;
import java.lang.constant.ClassDesc;
import java.lang.constant.ConstantDescs;
import java.lang.constant.MethodTypeDesc;
import java.util.Set;

import org.jspecify.annotations.Nullable;

/**
 * A heap that runs out at a certain allocation of this library's code, and stays empty for some more. The library is loaded once
 * more by {@link #loader()}, with a question put in front of each instruction that allocates: {@code new}, arrays, lambdas, and
 * calls of the JDK's methods that make an object each time.
 */
public final class Ration {

    private static final ThreadLocal<@Nullable Ration> CURRENT = new ThreadLocal<>();

    private final int first;
    private final int last;
    private int taken;
    private StackTraceElement[] where = {};

    private Ration(int first, int count) {
        this.first = first;
        this.last = first + count;
    }

    /**
     * Begins to count the allocations of this thread.
     *
     * @param first the first one that fails, from 1 on
     * @param count how many fail
     * @return what counts
     */
    public static Ration begin(int first, int count) {
        Ration ration = new Ration(first, count);
        CURRENT.set(ration);
        return ration;
    }

    /** Ends counting for this thread. */
    public static void end() {
        CURRENT.remove();
    }

    /** {@return how many allocations were counted} */
    public int taken() {
        return taken;
    }

    /** {@return where the first allocation has failed} */
    public StackTraceElement[] where() {
        return where;
    }

    /** Called by the transformed code. */
    public static void take() {
        Ration ration = CURRENT.get();
        if (ration != null) {
            ration.count();
        }
    }

    private void count() {
        taken++;
        if (taken >= first && taken < last) {
            OutOfMemoryError error = new OutOfMemoryError("allocation " + taken);
            if (taken == first) {
                where = error.getStackTrace();
            }
            throw error;
        }
    }

    /** {@return a loader that has this library's classes, transformed, and everything else from the tests' loader} */
    public static ClassLoader loader() {
        return new Loader(Ration.class.getClassLoader());
    }

    private static final class Loader extends ClassLoader {

        private static final String LIBRARY = "io.resourcelink.";

        Loader(ClassLoader parent) {
            super(parent);
        }

        @Override
        protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
            if (!name.startsWith(LIBRARY) || name.equals(Ration.class.getName())) {
                return super.loadClass(name, resolve);
            }
            synchronized (getClassLoadingLock(name)) {
                Class<?> known = findLoadedClass(name);
                return known != null ? known : define(name);
            }
        }

        private Class<?> define(String name) throws ClassNotFoundException {
            try (InputStream in = getParent().getResourceAsStream(name.replace('.', '/') + ".class")) {
                if (in == null) {
                    throw new ClassNotFoundException(name);
                }
                byte[] original = in.readAllBytes();
                byte[] transformed = name.contains(".EmptyHeap") ? original : transform(original);
                return defineClass(name, transformed, 0, transformed.length);
            } catch (IOException e) {
                throw new ClassNotFoundException(name, e);
            }
        }
    }

    private static final ClassDesc RATION = ClassDesc.of(Ration.class.getName());
    private static final MethodTypeDesc TAKE = MethodTypeDesc.of(ConstantDescs.CD_void);

    /** Methods of the JDK that make an object whenever they are called. */
    private static final Set<String> MAKING = Set.of("java/lang/foreign/MemorySegment.asSlice",
            "java/lang/foreign/MemorySegment.reinterpret", "java/lang/foreign/MemorySegment.ofAddress",
            "java/lang/foreign/MemorySegment.asReadOnly", "java/lang/foreign/Arena.allocate",
            "java/lang/foreign/Arena.ofConfined", "java/lang/foreign/Arena.ofShared", "java/util/List.add",
            "java/util/List.copyOf", "java/util/List.of", "java/util/Map.put", "java/util/Set.add",
            "java/util/concurrent/ConcurrentMap.putIfAbsent", "java/util/concurrent/ConcurrentMap.put",
            "java/lang/String.getBytes", "java/util/Optional.of", "java/util/Collection.stream");

    private static byte[] transform(byte[] original) {
        ClassFile classes = ClassFile.of();
        return classes.transformClass(classes.parse(original),
                ClassTransform.transformingMethodBodies(Ration::transform));
    }

    private static void transform(CodeBuilder code, CodeElement element) {
        if (allocates(element)) {
            code.invokestatic(RATION, "take", TAKE);
        }
        code.with(element);
    }

    private static boolean allocates(CodeElement element) {
        return switch (element) {
            case NewObjectInstruction _,NewPrimitiveArrayInstruction _,NewReferenceArrayInstruction _,NewMultiArrayInstruction _,InvokeDynamicInstruction _ ->
                true;
            case InvokeInstruction call -> MAKING
                    .contains(call.owner().asInternalName() + '.' + call.name().stringValue());
            default -> false;
        };
    }
}
