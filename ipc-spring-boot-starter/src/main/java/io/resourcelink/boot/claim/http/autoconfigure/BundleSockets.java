package io.resourcelink.boot.claim.http.autoconfigure;

import javax.net.ssl.SSLSocketFactory;

import org.springframework.boot.ssl.SslBundle;
import org.springframework.boot.ssl.SslBundles;

/** Makes sockets as an SSL bundle says, also after it was reloaded. Thread-safe. */
final class BundleSockets {

    private volatile SSLSocketFactory factory;

    BundleSockets(SslBundles bundles, String name) {
        this.factory = factory(bundles.getBundle(name));
        bundles.addBundleUpdateHandler(name, bundle -> factory = factory(bundle));
    }

    private static SSLSocketFactory factory(SslBundle bundle) {
        return bundle.createSslContext().getSocketFactory();
    }

    SSLSocketFactory factory() {
        return factory;
    }
}
