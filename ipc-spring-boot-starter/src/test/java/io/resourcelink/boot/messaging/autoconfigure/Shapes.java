package io.resourcelink.boot.messaging.autoconfigure;

import com.fasterxml.jackson.annotation.JsonTypeInfo;

/** Payloads that a reader tells apart. */
final class Shapes {

    private Shapes() {}

    @JsonTypeInfo(use = JsonTypeInfo.Id.NAME)
    sealed interface Shape {

        int size();
    }

    record Circle(int size) implements Shape {}

    record Square(int size) implements Shape {}

    record Triangle(int size) implements Angular, Pointed {}

    sealed interface Angular extends Shape {}

    sealed interface Pointed extends Shape {}
}
