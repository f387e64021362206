package io.resourcelink;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.VarHandle;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;

import com.tngtech.archunit.core.domain.JavaCall;
import com.tngtech.archunit.core.domain.properties.HasName;
import com.tngtech.archunit.core.domain.properties.HasOwner;
import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTag;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

import io.resourcelink.error.IpcException;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.equivalentTo;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noFields;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;

@ArchTag("slow")
@AnalyzeClasses(packages = "io.resourcelink", importOptions = DoNotIncludeTests.class)
class ArchitectureTest {

    @ArchTest
    static final ArchRule ARROWS_POINT_DOWNWARDS = layeredArchitecture().consideringOnlyDependenciesInLayers()
            .layer("jackson").definedBy("io.resourcelink.channel.jackson").layer("channel")
            .definedBy("io.resourcelink.channel").layer("wire").definedBy("io.resourcelink.internal.wire")
            .layer("link").definedBy("io.resourcelink").layer("memory").definedBy("io.resourcelink.memory")
            .layer("mapping").definedBy("io.resourcelink.internal.mapping")
            .layer("work").definedBy("io.resourcelink.internal.work").layer("room")
            .definedBy("io.resourcelink.internal.room").layer("os")
            .definedBy("io.resourcelink.internal.os").layer("error").definedBy("io.resourcelink.error")
            .whereLayer("jackson").mayNotBeAccessedByAnyLayer().whereLayer("channel")
            .mayOnlyBeAccessedByLayers("jackson").whereLayer("wire").mayOnlyBeAccessedByLayers("channel")
            .whereLayer("link").mayOnlyBeAccessedByLayers("jackson", "channel", "wire").whereLayer("memory")
            .mayOnlyBeAccessedByLayers("jackson", "channel", "wire", "link").whereLayer("mapping")
            .mayOnlyBeAccessedByLayers("wire", "link", "memory").whereLayer("os")
            .mayOnlyBeAccessedByLayers("channel", "wire", "link", "memory", "mapping", "room").whereLayer("room")
            .mayOnlyBeAccessedByLayers("link", "memory", "mapping").whereLayer("work").mayNotAccessAnyLayer()
            .whereLayer("error").mayNotAccessAnyLayer()
            .because("whoever reads a package should need to know only those below it");

    @ArchTest
    static final ArchRule NATIVE_CODE_IS_LINKED_IN_ONE_PLACE = noClasses().that()
            .resideOutsideOfPackage("io.resourcelink.internal.os").should().dependOnClassesThat()
            .belongToAnyOf(Linker.class, SymbolLookup.class, MethodHandle.class, FunctionDescriptor.class)
            .because("a wrong description crashes the JVM, so there is one small place to review");

    @ArchTest
    static final ArchRule WHAT_IS_LINKED_IS_KNOWN = noClasses().that().doNotHaveSimpleName("Libc").should()
            .callMethodWhere(JavaCall.Predicates.target(HasOwner.Predicates.With.owner(equivalentTo(Linker.class)))
                    .and(JavaCall.Predicates.target(HasName.Predicates.nameMatching("downcallHandle|upcallStub"))))
            .because("a native image has to be told of every call, and Libc knows those that it has linked");

    /**
     * Allowed besides: the copies of headers ({@code SegmentHeader}, {@code Collector}, {@code SegmentDirectory}), memory of
     * this JVM ({@code InProcess*}, {@code MemoryBlock}), and regions, which are sealed against shrinking. Frames and
     * system calls are in packages of their own.
     */
    @ArchTest
    static final ArchRule MEMORY_OF_SEGMENTS_IS_ACCESSED_IN_ONE_PLACE = noClasses().that()
            .resideInAnyPackage("io.resourcelink", "io.resourcelink.memory", "io.resourcelink.internal.mapping")
            .and()
            .haveNameNotMatching(".*\\.(PeerMemory|SegmentHeader|Collector|InProcess\\w+(\\$\\w+)?|MemoryBlock"
                    + "|Region|RegionDraft|SharedMemory)")
            .should()
            .callMethodWhere(JavaCall.Predicates
                    .target(HasOwner.Predicates.With.owner(equivalentTo(MemorySegment.class)))
                    .and(JavaCall.Predicates.target(HasName.Predicates.nameMatching("[gs]et\\w*|fill|mismatch|copy"
                            + "|copyFrom|toArray"))))
            .because("an access behind the end of a truncated file ends the JVM unless it is one of PeerMemory's");

    @ArchTest
    static final ArchRule NO_ATOMIC_INSTRUCTION_TOUCHES_A_SEGMENT = noClasses().that()
            .resideInAnyPackage("io.resourcelink", "io.resourcelink.memory", "io.resourcelink.internal.mapping").and()
            .doNotHaveFullyQualifiedName("io.resourcelink.internal.work.Closer").should().dependOnClassesThat()
            .belongToAnyOf(VarHandle.class)
            .because("a compare-and-set on a truncated file ends the JVM; the handle's is on a field of its own");

    @ArchTest
    static final ArchRule NO_CHANNEL_TOUCHES_A_SEGMENT = noClasses().that()
            .resideInAnyPackage("io.resourcelink", "io.resourcelink.internal.os", "io.resourcelink.memory",
                    "io.resourcelink.internal.mapping")
            .should()
            .dependOnClassesThat().belongToAnyOf(FileChannel.class, FileLock.class, java.io.RandomAccessFile.class)
            .because("closing any of them drops the process's POSIX locks on the file");

    @ArchTest
    static final ArchRule THE_LIBRARY_NEEDS_NOTHING_AT_RUN_TIME = noClasses().that()
            .resideOutsideOfPackage("io.resourcelink.channel.jackson").should()
            .dependOnClassesThat(resideInAPackage("picocli..").or(resideInAPackage("tools.jackson.."))
                    .or(resideInAPackage("com.fasterxml.jackson..")).or(resideInAPackage("org.springframework..")))
            .because("links and byte subchannels work without any dependency");

    @ArchTest
    static final ArchRule STATE_IS_NEVER_STATIC = noFields().that().areStatic().and().areNotFinal().should()
            .beDeclaredInClassesThat().resideInAPackage("io.resourcelink..").allowEmptyShould(true)
            .because("two factories in one process are as independent as two processes");

    @ArchTest
    static final ArchRule EXCEPTIONS_ARE_OF_ONE_FAMILY = classes().that().resideInAPackage("io.resourcelink.error")
            .and().areTopLevelClasses().and().areNotEnums().and().areNotAssignableFrom(IpcException.class).and()
            .doNotHaveSimpleName("package-info").should()
            .beAssignableTo(IpcException.class).because("a caller catches the root, or one child on purpose");

    @ArchTest
    static final ArchRule NAMES_SAY_SOMETHING = noClasses().should()
            .haveNameMatching(".*(Manager|Helper|Utils?|Impl|Base|Abstract\\w*)")
            .because("such a name says that nobody knew what the class is for");
}
