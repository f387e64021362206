package io.resourcelink.internal.os;

import java.lang.invoke.MutableCallSite;

/**
 * A function that is linked, and the one place through which all its calls pass. The library never changes where that
 * place leads; a test does, to count calls, to let one fail or to act beside it. Compiled code has the target as a
 * constant, so the place costs nothing.
 *
 * @param name the function's name
 * @param call how it is called
 * @param site where its calls go
 */
record LinkedFunction(String name, Downcall call, MutableCallSite site) {}
