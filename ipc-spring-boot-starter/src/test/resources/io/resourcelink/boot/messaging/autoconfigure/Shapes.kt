package io.resourcelink.boot.messaging.autoconfigure.kotlin

import io.resourcelink.boot.messaging.IpcListener

data class Flags(val isReady: Boolean, val isOpen: Boolean?, val name: String)

data class Defaults(val name: String, val width: Int = 7, val tags: List<String> = listOf("none"))

data class Unsigned(val byte: UByte, val short: UShort, val int: UInt, val long: ULong)

data class Nested(val flags: Flags?, val all: List<Unsigned>, val byName: Map<String, Defaults>)

class Echo {

    @IpcListener("flags")
    fun flags(flags: Flags): Flags = flags

    @IpcListener("defaults")
    fun defaults(defaults: Defaults): Defaults = defaults

    @IpcListener("unsigned")
    fun unsigned(unsigned: Unsigned): Unsigned = unsigned

    @IpcListener("nested")
    fun nested(nested: Nested): Nested = nested
}

fun unsigned(): Unsigned = Unsigned(UByte.MAX_VALUE, UShort.MAX_VALUE, UInt.MAX_VALUE, ULong.MAX_VALUE)

fun samples(): Map<String, Any> = mapOf(
    "flags" to Flags(true, null, "a"),
    "defaults" to Defaults("b"),
    "unsigned" to unsigned(),
    "nested" to Nested(Flags(false, true, ""), listOf(unsigned()), mapOf("c" to Defaults("d", 1, listOf()))),
)
