package io.resourcelink;

import java.io.IOException;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.VarHandle;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

import com.tngtech.archunit.core.domain.Dependency;
import com.tngtech.archunit.core.domain.JavaCall;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaMember;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.domain.properties.HasName;
import com.tngtech.archunit.core.domain.properties.HasOwner;
import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTag;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import org.junit.jupiter.api.Test;

import io.resourcelink.error.IpcException;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.equivalentTo;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noFields;
import static org.assertj.core.api.Assertions.assertThat;

@ArchTag("slow")
@AnalyzeClasses(packages = "io.resourcelink", importOptions = DoNotIncludeTests.class)
class ArchitectureTest {

    /** All packages, from the top down. */
    private static final List<String> FLOORS = List.of("io.resourcelink.channel.jackson", "io.resourcelink.channel",
            "io.resourcelink.internal.wire", "io.resourcelink.claim", "io.resourcelink",
            "io.resourcelink.internal.store.directory",
            "io.resourcelink.internal.store.heap", "io.resourcelink.internal.store", "io.resourcelink.memory",
            "io.resourcelink.internal.format", "io.resourcelink.internal.mapping", "io.resourcelink.internal.room",
            "io.resourcelink.internal.os", "io.resourcelink.segment", "io.resourcelink.internal",
            "io.resourcelink.internal.work", "io.resourcelink.error");

    private static final Set<String> EXPORTED = Set.of("io.resourcelink", "io.resourcelink.channel",
            "io.resourcelink.channel.jackson", "io.resourcelink.claim", "io.resourcelink.memory",
            "io.resourcelink.segment", "io.resourcelink.error");

    /** Pairs of classes that know each other because the two are one thing. */
    private static final Set<Set<String>> PAIRS = Set.of(
            // A builder makes what it builds, which offers it.
            pair("io.resourcelink.ResourceLinkFactory", "io.resourcelink.ResourceLinkFactoryBuilder"),
            pair("io.resourcelink.channel.Channel", "io.resourcelink.channel.ChannelBuilder"),
            // A claim is read from its text, and written as one.
            pair("io.resourcelink.claim.Claim", "io.resourcelink.claim.ClaimText"),
            // A link makes further links of its segment.
            pair("io.resourcelink.ResourceLink", "io.resourcelink.Links"),
            // A list whose elements are the things themselves, so that adding one needs no heap.
            pair("io.resourcelink.internal.store.Reference", "io.resourcelink.internal.store.References"),
            pair("io.resourcelink.internal.mapping.Mapping", "io.resourcelink.internal.mapping.Reclaimer"),
            // A segment leaves the set of open ones by itself.
            pair("io.resourcelink.internal.store.directory.OpenSegment",
                    "io.resourcelink.internal.store.directory.OpenSegments"),
            pair("io.resourcelink.internal.store.heap.HeapSegment", "io.resourcelink.internal.store.heap.HeapStore"),
            // A draft is named by the creator that made it.
            pair("io.resourcelink.internal.store.directory.Creator",
                    "io.resourcelink.internal.store.directory.SegmentDraft"),
            // The targets are counted under the connection's monitor.
            pair("io.resourcelink.internal.wire.Outbound", "io.resourcelink.internal.wire.RemoteTarget"));

    private static final int MOST_LINES = 400;

    private static Set<String> pair(String one, String other) {
        return Set.of(one, other);
    }

    @ArchTest
    static void arrowsPointDownwards(JavaClasses classes) {
        List<String> upwards = classes.stream().flatMap(type -> type.getDirectDependenciesFromSelf().stream())
                .filter(dependency -> dependency.getTargetClass().getName().startsWith("io.resourcelink."))
                .filter(dependency -> floor(dependency.getTargetClass()) < floor(dependency.getOriginClass()))
                .map(Dependency::getDescription).toList();
        assertThat(upwards).as("a reader of a package should need to know only those below it").isEmpty();
    }

    private static int floor(JavaClass type) {
        assertThat(FLOORS).contains(type.getPackageName());
        return FLOORS.indexOf(type.getPackageName());
    }

    @ArchTest
    static void onlyPairsKnowEachOther(JavaClasses classes) {
        assertThat(Cycles.insidePackages(classes)).as("a class should be understood without a third one that knows it")
                .isSubsetOf(PAIRS);
    }

    @ArchTest
    static void noPublicSignatureShowsWhatIsInternal(JavaClasses classes) {
        List<String> shown = exported(classes).flatMap(type -> type.getMembers().stream())
                .filter(ArchitectureTest::isVisible)
                .filter(member -> member.getAllInvolvedRawTypes().stream()
                        .anyMatch(type -> type.getPackageName().startsWith("io.resourcelink.internal")))
                .map(JavaMember::getFullName).toList();
        assertThat(shown).as("users cannot name what is not exported to them").isEmpty();
    }

    private static boolean isVisible(JavaMember member) {
        return member.getModifiers().contains(JavaModifier.PUBLIC)
                || member.getModifiers().contains(JavaModifier.PROTECTED);
    }

    @ArchTest
    static void thePublicPartIsSmall(JavaClasses classes) {
        System.out.println("Public types of internal packages: " + classes.stream()
                .filter(type -> isPublic(type) && !EXPORTED.contains(type.getPackageName())).count());
        assertThat(exported(classes).filter(JavaClass::isTopLevelClass).map(JavaClass::getName))
                .as("users should be able to know all of it").hasSizeLessThanOrEqualTo(73);
    }

    private static Stream<JavaClass> exported(JavaClasses classes) {
        return classes.stream().filter(type -> isPublic(type) && EXPORTED.contains(type.getPackageName()));
    }

    private static boolean isPublic(JavaClass type) {
        return type.getModifiers().contains(JavaModifier.PUBLIC)
                && type.getEnclosingClass().map(ArchitectureTest::isPublic).orElse(true);
    }

    @Test
    void noClassIsTooLong() throws IOException {
        List<String> tooLong = new ArrayList<>();
        try (Stream<Path> files = Files.walk(Path.of("src/main/java"))) {
            for (Path file : files.filter(each -> each.toString().endsWith(".java")).toList()) {
                int lines = Files.readAllLines(file).size();
                if (lines > MOST_LINES) {
                    tooLong.add(file + " " + lines);
                }
            }
        }
        assertThat(tooLong).as("a class should be read in one go").isEmpty();
    }

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
     * Allowed besides: the copies of headers ({@code SegmentHeader}, {@code Collector}), memory of
     * this JVM ({@code Heap*}, {@code MemoryBlock}), and regions, which are sealed against shrinking. Frames and
     * system calls are in packages of their own.
     */
    @ArchTest
    static final ArchRule MEMORY_OF_SEGMENTS_IS_ACCESSED_IN_ONE_PLACE = noClasses().that()
            .resideInAnyPackage("io.resourcelink", "io.resourcelink.memory", "io.resourcelink.internal.mapping",
                    "io.resourcelink.internal.format", "io.resourcelink.internal.store..")
            .and()
            .haveNameNotMatching(".*\\.(PeerMemory|SegmentHeader|Collector|Heap\\w+(\\$\\w+)?|MemoryBlock"
                    + "|Region|RegionDraft|KeptMemory|SharedMemory)")
            .should()
            .callMethodWhere(JavaCall.Predicates
                    .target(HasOwner.Predicates.With.owner(equivalentTo(MemorySegment.class)))
                    .and(JavaCall.Predicates.target(HasName.Predicates.nameMatching("[gs]et\\w*|fill|mismatch|copy"
                            + "|copyFrom|toArray"))))
            .because("an access behind the end of a truncated file ends the JVM unless it is one of PeerMemory's");

    @ArchTest
    static final ArchRule NO_ATOMIC_INSTRUCTION_TOUCHES_A_SEGMENT = noClasses().that()
            .resideInAnyPackage("io.resourcelink", "io.resourcelink.memory", "io.resourcelink.internal.mapping",
                    "io.resourcelink.internal.format", "io.resourcelink.internal.store..")
            .and()
            .doNotHaveFullyQualifiedName("io.resourcelink.internal.work.Closer").should().dependOnClassesThat()
            .belongToAnyOf(VarHandle.class)
            .because("a compare-and-set on a truncated file ends the JVM; the handle's is on a field of its own");

    @ArchTest
    static final ArchRule NO_CHANNEL_TOUCHES_A_SEGMENT = noClasses().that()
            .resideInAnyPackage("io.resourcelink", "io.resourcelink.internal.os", "io.resourcelink.memory",
                    "io.resourcelink.internal.mapping", "io.resourcelink.internal.format",
                    "io.resourcelink.internal.store..")
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
