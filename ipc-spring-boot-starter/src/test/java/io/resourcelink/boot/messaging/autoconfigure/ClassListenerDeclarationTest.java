package io.resourcelink.boot.messaging.autoconfigure;

import java.util.stream.Stream;

import com.fasterxml.jackson.annotation.JsonTypeInfo;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import io.resourcelink.boot.TestDirectories;
import io.resourcelink.boot.messaging.InvalidListenerException;
import io.resourcelink.boot.messaging.IpcHandler;
import io.resourcelink.boot.messaging.IpcListener;
import io.resourcelink.boot.messaging.IpcListenerEndpointRegistry;
import io.resourcelink.boot.messaging.autoconfigure.Shapes.Circle;
import io.resourcelink.boot.messaging.autoconfigure.Shapes.Shape;
import io.resourcelink.boot.messaging.autoconfigure.Shapes.Square;

import static org.assertj.core.api.Assertions.assertThat;

/** Classes with {@link IpcListener} and {@link IpcHandler} that cannot work, and which type their messages have if they can. */
@Tag("slow")
@Timeout(60)
class ClassListenerDeclarationTest {

    @RegisterExtension
    final TestDirectories directories = new TestDirectories();

    /** What is refused, what the message says without the names of the packages, and what to do. */
    record Refused(Class<?> listener, String said, String action) {}

    static Stream<Refused> refused() {
        return Stream.of(
                new Refused(NoListener.class,
                        "The handler NoListener.circle(Circle) has no destination: NoListener has no @IpcListener.",
                        "Add @IpcListener to the class"),
                new Refused(NoHandler.class,
                        "Class NoHandler has @IpcListener, but none of its methods has @IpcHandler.",
                        "Add @IpcHandler to each method"),
                new Refused(NoDestination.class, "@IpcListener on NoDestination has no destination.",
                        "Name the destination"),
                new Refused(SameType.class, "Two handlers of SameType take Shapes$Circle: SameType.",
                        "Remove one"),
                new Refused(TwoDefaults.class, "Class TwoDefaults has several default handlers: [TwoDefaults.",
                        "Keep isDefault = true on one"),
                new Refused(NothingInCommon.class, "The handlers of NothingInCommon take [", "one sealed interface"),
                new Refused(NothingInCommon.class, "which have no common type with @JsonTypeInfo.", "JsonTypeInfo"),
                new Refused(NotTold.class, "which have no common type with @JsonTypeInfo.", "JsonTypeInfo"),
                new Refused(Generic.class, "which have no common type with @JsonTypeInfo.", "one destination for each"),
                new Refused(AnyObject.class, "which have no common type with @JsonTypeInfo.",
                        "Only a default handler may take Object"),
                new Refused(AlmostAll.class,
                        "The default handler AlmostAll.square(Square) does not take each message:"
                                + " the messages are of type Shapes$Shape.",
                        "Shapes$Shape or Object"),
                new Refused(Ambiguous.class, "which have several common types with @JsonTypeInfo: [",
                        "Let the default handler take one of these"));
    }

    @ParameterizedTest
    @MethodSource("refused")
    void aClassThatCannotListenIsRefusedAtStart(Refused refused) {
        directories.messaging().withBean(refused.listener()).run(context -> assertThat(context).getFailure()
                .isInstanceOfSatisfying(InvalidListenerException.class, failure -> {
                    assertThat(brief(String.valueOf(failure.getMessage()))).contains(refused.said());
                    assertThat(brief(failure.action())).contains(refused.action());
                }));
    }

    private static String brief(String text) {
        return text.replace(ClassListenerDeclarationTest.class.getName() + '$', "")
                .replace(ClassListenerDeclarationTest.class.getPackageName() + '.', "");
    }

    @ParameterizedTest
    @MethodSource("types")
    void messagesHaveTheMostSpecificCommonType(Class<?> listener, Class<?> type) {
        directories.messaging().withBean(listener)
                .run(context -> assertThat(
                        context.getBean(IpcListenerEndpointRegistry.class).containers().iterator().next().endpoint()
                                .payloadType())
                        .isEqualTo(type));
    }

    static Stream<Object[]> types() {
        return Stream.of(new Object[]{ Shallow.class, Shape.class }, new Object[]{ Deep.class, Corner.class },
                new Object[]{ Whole.class, Shape.class }, new Object[]{ Decided.class, Left.class });
    }

    static class NoListener {

        @IpcHandler
        void circle(Circle circle) {}
    }

    @IpcListener("no-handler")
    static class NoHandler {

        void circle(Circle circle) {}
    }

    @IpcListener
    static class NoDestination {

        @IpcHandler
        void circle(Circle circle) {}
    }

    @IpcListener("same-type")
    static class SameType {

        @IpcHandler
        void circle(Circle circle) {}

        @IpcHandler
        void round(Circle circle) {}
    }

    @IpcListener("two-defaults")
    static class TwoDefaults {

        @IpcHandler(isDefault = true)
        void circle(Circle circle) {}

        @IpcHandler(isDefault = true)
        void other(Object shape) {}
    }

    @IpcListener("nothing-in-common")
    static class NothingInCommon {

        @IpcHandler
        void text(String text) {}

        @IpcHandler
        void number(Integer number) {}
    }

    @IpcListener("not-told")
    static class NotTold {

        sealed interface Step {}

        record Forward(int steps) implements Step {}

        record Back(int steps) implements Step {}

        @IpcHandler
        void forward(Forward step) {}

        @IpcHandler
        void back(Back step) {}
    }

    @IpcListener("generic")
    static class Generic {

        @JsonTypeInfo(use = JsonTypeInfo.Id.NAME)
        sealed interface Event {}

        record Changed<T>(T value) implements Event {}

        record Removed(int id) implements Event {}

        @IpcHandler
        void changed(Changed<Circle> event) {}

        @IpcHandler
        void removed(Removed event) {}
    }

    @IpcListener("any-object")
    static class AnyObject {

        @IpcHandler
        void circle(Circle circle) {}

        @IpcHandler
        void other(Object other) {}
    }

    @IpcListener("almost-all")
    static class AlmostAll {

        @IpcHandler
        void circle(Circle circle) {}

        @IpcHandler(isDefault = true)
        void square(Square square) {}
    }

    @JsonTypeInfo(use = JsonTypeInfo.Id.NAME)
    sealed interface Left {}

    @JsonTypeInfo(use = JsonTypeInfo.Id.NAME)
    sealed interface Right {}

    record One(int x) implements Left, Right {}

    record Two(int x) implements Left, Right {}

    @IpcListener("ambiguous")
    static class Ambiguous {

        @IpcHandler
        void one(One one) {}

        @IpcHandler
        void two(Two two) {}
    }

    @IpcListener("decided")
    static class Decided {

        @IpcHandler
        void one(One one) {}

        @IpcHandler(isDefault = true)
        void left(Left left) {}
    }

    @JsonTypeInfo(use = JsonTypeInfo.Id.NAME)
    sealed interface Place {}

    /** Has the annotation of its supertype. */
    sealed interface Corner extends Place {}

    record Upper(int x) implements Corner {}

    record Lower(int x) implements Corner {}

    @IpcListener("deep")
    static class Deep {

        @IpcHandler
        void upper(Upper upper) {}

        @IpcHandler
        void lower(Lower lower) {}
    }

    @IpcListener("shallow")
    static class Shallow {

        @IpcHandler
        void circle(Circle circle) {}

        @IpcHandler(isDefault = true)
        void other() {}
    }

    @IpcListener("whole")
    static class Whole {

        @IpcHandler
        void shape(Shape shape) {}

        @IpcHandler
        void circle(Circle circle) {}
    }
}
