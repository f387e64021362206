package io.resourcelink.cli;

import java.util.List;

import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;

import io.resourcelink.cli.Examination.Place;
import io.resourcelink.cli.Holdings.Holder;
import io.resourcelink.cli.Holdings.Holding;
import io.resourcelink.internal.store.directory.Diagnosis;
import io.resourcelink.segment.Capacity;

/** What {@code ipc doctor} found, for programs. The names stand in the command's help and are part of its contract. */
final class ExaminationJson {

    private final JsonGenerator json;

    ExaminationJson(JsonGenerator json) {
        this.json = json;
    }

    void write(Examination examination) {
        json.writeArrayPropertyStart("directories");
        examination.directories().forEach(this::write);
        json.writeEndArray();
        write(examination.machine());
        json.writeArrayPropertyStart("segments");
        examination.holdings().segments().forEach(this::write);
        json.writeEndArray();
        json.writeNumberProperty("unreadableProcesses", examination.holdings().unreadable());
    }

    private void write(Place place) {
        Diagnosis diagnosis = place.diagnosis();
        Diagnosis.Naming naming = diagnosis.naming();
        Capacity capacity = diagnosis.capacity();
        Mount mount = place.mount();
        json.writeStartObject();
        json.writeStringProperty("kind", diagnosis.kind().label());
        json.writeStringProperty("directory", diagnosis.directory().toString());
        json.writeBooleanProperty("exists", diagnosis.exists());
        json.writeBooleanProperty("suitable", diagnosis.isSuitable());
        text("fileSystem", diagnosis.fileSystem());
        text("naming", naming == null ? null : JsonFormat.label(naming));
        number("total", capacity == null ? null : capacity.total());
        number("free", capacity == null ? null : capacity.free());
        text("limitedBy", capacity == null ? null : capacity.limit().label());
        Diagnosis.Staged staged = diagnosis.staged();
        number("stagedFiles", staged == null ? null : (long) staged.files());
        number("stagedBytes", staged == null ? null : staged.bytes());
        number("stagedUnheldBytes", staged == null ? null : staged.unheld());
        text("mountPoint", mount == null ? null : mount.point());
        text("mountSize", mount == null ? null : mount.option("size"));
        text("mountHuge", mount == null ? null : mount.option("huge"));
        json.writeArrayPropertyStart("checks");
        for (Diagnosis.Check check : diagnosis.checks()) {
            json.writeStartObject();
            json.writeStringProperty("name", check.name());
            json.writeStringProperty("result", JsonFormat.label(check.result()));
            json.writeStringProperty("sentence", check.sentence());
            json.writeEndObject();
        }
        json.writeEndArray();
        json.writeEndObject();
    }

    private void write(Machine machine) {
        json.writeObjectPropertyStart("host");
        json.writeStringProperty("kernel", machine.kernel());
        json.writeStringProperty("architecture", machine.architecture());
        number("pageSize", machine.pageSize());
        json.writeStringProperty("jdk", machine.jdk());
        json.writeBooleanProperty("nativeAccess", machine.nativeAccess());
        number("memoryTotal", machine.memoryTotal());
        number("memoryAvailable", machine.memoryAvailable());
        flag("removeIpc", machine.removeIpc());
        json.writeEndObject();
        json.writeObjectPropertyStart("limits");
        number("openFilesSoft", machine.openFilesSoft());
        number("openFilesHard", machine.openFilesHard());
        number("maxMapCount", machine.maxMapCount());
        number("inotifyInstances", machine.inotifyInstances());
        json.writeEndObject();
    }

    private void write(Holding holding) {
        json.writeStartObject();
        json.writeStringProperty("key", holding.segment().key());
        json.writeStringProperty("kind", holding.segment().kind().label());
        json.writeNumberProperty("refcount", holding.segment().refcount());
        json.writeNumberProperty("size", holding.segment().size());
        writeHolders(json, holding.holders());
        json.writeEndObject();
    }

    static void writeHolders(JsonGenerator json, List<Holder> holders) {
        json.writeArrayPropertyStart("holders");
        for (Holder holder : holders) {
            json.writeStartObject();
            json.writeNumberProperty("pid", holder.pid());
            json.writeStringProperty("name", holder.name());
            json.writeBooleanProperty("mapped", holder.mapped());
            json.writeBooleanProperty("open", holder.open());
            json.writeEndObject();
        }
        json.writeEndArray();
    }

    private void text(String name, @Nullable String value) {
        if (value == null) {
            json.writeNullProperty(name);
        } else {
            json.writeStringProperty(name, value);
        }
    }

    private void flag(String name, @Nullable Boolean value) {
        if (value == null) {
            json.writeNullProperty(name);
        } else {
            json.writeBooleanProperty(name, value);
        }
    }

    private void number(String name, @Nullable Long value) {
        if (value == null || value == Long.MAX_VALUE) {
            json.writeNullProperty(name);
        } else {
            json.writeNumberProperty(name, value);
        }
    }
}
