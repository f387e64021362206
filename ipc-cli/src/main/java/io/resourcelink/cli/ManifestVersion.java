package io.resourcelink.cli;

import java.util.Objects;

import picocli.CommandLine.IVersionProvider;

/** The version that the build wrote into the jar's manifest; there is none while running from class files. */
final class ManifestVersion implements IVersionProvider {

    @Override
    public String[] getVersion() {
        String version = ManifestVersion.class.getPackage().getImplementationVersion();
        return new String[]{ "ipc " + Objects.requireNonNullElse(version, "(development build)") };
    }
}
