/** An application on the module path, as small as it can be. {@code ModulePathIT} compiles and starts it. */
module app {

    requires io.resourcelink.core;
    requires tools.jackson.dataformat.cbor;

    opens app to tools.jackson.databind;
}
