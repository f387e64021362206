package io.resourcelink.cli;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;

import org.jspecify.annotations.Nullable;

import io.resourcelink.cli.Examination.Place;
import io.resourcelink.cli.Holdings.Holder;
import io.resourcelink.cli.Holdings.Holding;
import io.resourcelink.error.SpaceLimit;
import io.resourcelink.internal.store.directory.Diagnosis;
import io.resourcelink.segment.Capacity;
import io.resourcelink.segment.ResourceKind;

/** What {@code ipc doctor} found, for people: one paragraph for each directory, one for the machine, one table. */
final class ExaminationText {

    private static final String NONE = "-";

    private ExaminationText() {}

    static String of(Examination examination) {
        var text = new StringBuilder();
        for (Place place : examination.directories()) {
            append(text, place);
        }
        append(text, examination.machine());
        append(text, examination.holdings());
        return text.toString();
    }

    private static void append(StringBuilder text, Place place) {
        Diagnosis diagnosis = place.diagnosis();
        text.append(diagnosis.kind().label()).append(": ")
                .append(PrintableText.of(diagnosis.directory().toString())).append("\n\n");
        var table = new TextTable().left("RESULT").left("CHECK").left("FINDING");
        for (Diagnosis.Check check : diagnosis.checks()) {
            table.row(JsonFormat.label(check.result()), check.name(), PrintableText.of(check.sentence()));
        }
        text.append(table).append('\n');
        Map<String, String> properties = new LinkedHashMap<>();
        properties.put("file system", or(diagnosis.fileSystem()));
        Mount mount = place.mount();
        properties.put("mounted on", mount == null ? NONE : PrintableText.of(mount.point()));
        properties.put("mount options", mount == null
                ? NONE
                : "size=" + or(mount.option("size")) + " huge=" + or(mount.option("huge")));
        if (mount != null && diagnosis.kind() == ResourceKind.SHARED_MEMORY) {
            properties.put("huge pages", hugePages(mount));
        }
        Capacity capacity = diagnosis.capacity();
        properties.put("room", capacity == null
                ? NONE
                : bytes(capacity.free()) + " free of " + bytes(capacity.total()) + limit(capacity));
        properties.put("stage", stage(diagnosis.staged()));
        append(text, properties);
    }

    /** What docs/performance.md measures. */
    private static String hugePages(Mount mount) {
        return mount.usesHugePages()
                ? "yes, for segments of 2MiB and more"
                : "no; a large segment that is not recycled would take about a third of the time with"
                        + " mount -o remount,huge=within_size " + PrintableText.of(mount.point());
    }

    private static String stage(Diagnosis.@Nullable Staged staged) {
        if (staged == null) {
            return NONE;
        }
        return staged.files() == 0
                ? "empty"
                : bytes(staged.bytes()) + " in " + staged.files() + (staged.files() == 1 ? " file" : " files")
                        + " without a key; " + (staged.unheld() == 0
                                ? "each belongs to a process"
                                : bytes(staged.unheld()) + " of that belongs to no process, and ipc gc removes it");
    }

    private static void append(StringBuilder text, Machine machine) {
        Map<String, String> properties = new LinkedHashMap<>();
        properties.put("kernel", machine.kernel());
        properties.put("architecture", machine.architecture());
        properties.put("page size", or(machine.pageSize()));
        properties.put("jdk", machine.jdk());
        properties.put("native access", machine.nativeAccess() ? "allowed" : "not allowed");
        properties.put("memory", bytes(machine.memoryAvailable()) + " available of " + bytes(machine.memoryTotal()));
        properties.put("open files", or(machine.openFilesSoft()) + " soft, " + or(machine.openFilesHard()) + " hard");
        properties.put("vm.max_map_count", or(machine.maxMapCount()));
        properties.put("fs.inotify.max_user_instances", or(machine.inotifyInstances()));
        properties.put("RemoveIPC of logind.conf", removeIpc(machine.removeIpc()));
        append(text, properties);
    }

    private static String removeIpc(@Nullable Boolean set) {
        if (set == null) {
            return NONE;
        }
        return set
                ? "yes: systemd removes this user's files in /dev/shm when the last session ends; run services as"
                        + " system users, or set it to no"
                : "no, or not for this user";
    }

    private static void append(StringBuilder text, Map<String, String> properties) {
        int width = properties.keySet().stream().mapToInt(String::length).max().orElse(0) + 1;
        properties.forEach((name, value) -> text
                .append(String.format("%-" + width + "s  %s\n", name + ":", value)));
        text.append('\n');
    }

    private static void append(StringBuilder text, Holdings holdings) {
        if (holdings.segments().isEmpty()) {
            text.append("No segments.\n");
            return;
        }
        var table = new TextTable().left("KEY").left("KIND").right("REFCOUNT").right("SIZE").left("HELD BY");
        for (Holding holding : holdings.segments()) {
            table.row(PrintableText.of(holding.segment().key()), holding.segment().kind().label(),
                    Long.toString(holding.segment().refcount()), ByteSize.format(holding.segment().size()),
                    holders(holding.holders()));
        }
        text.append(table);
        if (holdings.unreadable() > 0) {
            text.append('\n').append(holdings.unreadable())
                    .append(" of the processes could not be looked into, and may hold any of these.\n");
        }
    }

    /** {@return the processes that hold a segment, for people} */
    static String holders(List<Holder> holders) {
        return holders.isEmpty()
                ? NONE
                : holders.stream().map(ExaminationText::holder).collect(Collectors.joining(", "));
    }

    private static String holder(Holder holder) {
        String how = holder.mapped() ? holder.open() ? "mapped, open" : "mapped" : "open";
        return holder.pid() + " " + PrintableText.of(holder.name()) + " (" + how + ")";
    }

    private static String limit(Capacity capacity) {
        return capacity.free() == Long.MAX_VALUE || capacity.limit() == SpaceLimit.FILE_SYSTEM
                ? ""
                : ", limited by " + capacity.limit().label() + " (" + PrintableText.of(capacity.source()) + ")";
    }

    private static String or(@Nullable Object value) {
        return Objects.toString(value, NONE);
    }

    private static String bytes(@Nullable Long value) {
        return value == null ? NONE : value == Long.MAX_VALUE ? "unlimited" : ByteSize.format(value);
    }
}
