package io.resourcelink.internal.room;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

import io.resourcelink.error.SpaceLimit;

/**
 * A control group that limits the memory of this process. Page cache gives way, so it does not count as used, and neither
 * does what can still be swapped out.
 *
 * @param directory where its files are
 * @param version how they are called
 * @param limit bytes its processes may use
 * @see <a href="https://docs.kernel.org/admin-guide/cgroup-v1/memory.html">Memory Resource Controller</a>,
 * <a href="https://docs.kernel.org/admin-guide/cgroup-v2.html">Control Group v2</a>
 */
record ControlGroup(Path directory, Version version, long limit) {

    /** The two interfaces of the kernel. */
    enum Version {
        V1("memory.limit_in_bytes", "memory.usage_in_bytes", "total_"),
        V2("memory.max", "memory.current", "");

        private final String limit;
        private final String usage;
        private final String prefix;

        Version(String limit, String usage, String prefix) {
            this.limit = limit;
            this.usage = usage;
            this.prefix = prefix;
        }
    }

    /** The groups of this process that have a limit, its own first, as far up as they are visible from here. */
    static List<ControlGroup> limited(Path root) {
        List<ControlGroup> limited = new ArrayList<>();
        List<String> mounts = KernelFile.lines(root.resolve("proc/self/mountinfo"));
        for (String line : KernelFile.lines(root.resolve("proc/self/cgroup"))) {
            String[] member = line.split(":", 3); // cgroups(7): hierarchy, controllers, path
            if (member.length == 3 && List.of(member[1].split(",", -1)).contains("memory")) {
                addLimited(limited, root, mounts, "cgroup", member[2]);
            } else if (member.length == 3 && member[0].equals("0") && member[1].isEmpty()) {
                addLimited(limited, root, mounts, "cgroup2", member[2]);
            }
        }
        return limited;
    }

    private static void addLimited(List<ControlGroup> limited, Path root, List<String> mounts, String type,
            String member) {
        Version version = type.equals("cgroup") ? Version.V1 : Version.V2;
        for (String mount : mounts) {
            String[] halves = mount.split(" - ", 2); // proc_pid_mountinfo(5)
            String[] place = halves[0].split(" ", -1);
            String[] system = halves.length == 2 ? halves[1].split(" ", -1) : new String[0];
            if (place.length < 5 || system.length < 3 || !system[0].equals(type)
                    || (version == Version.V1 && !List.of(system[2].split(",", -1)).contains("memory"))) {
                continue;
            }
            Path top = root.resolve(unescaped(place[4]).substring(1)).normalize();
            for (Path at = below(top, unescaped(place[3]), member); at != null
                    && at.startsWith(top); at = at.getParent()) {
                long limit = KernelFile.number(at.resolve(version.limit));
                if (limit < Long.MAX_VALUE >> 1) {
                    limited.add(new ControlGroup(at, version, limit));
                }
            }
            return;
        }
    }

    /** Where a group is below a mount that shows the hierarchy from a root on; what is not below it is not visible. */
    private static Path below(Path top, String shown, String member) {
        Path path = Path.of(member).normalize();
        Path from = Path.of(shown);
        boolean visible = !member.contains("/..") && path.startsWith(from);
        return visible ? top.resolve(from.relativize(path).toString()).normalize() : top;
    }

    /** Blanks and the like are three octal digits behind a backslash. */
    private static String unescaped(String field) {
        return field.replace("\\040", " ").replace("\\011", "\t").replace("\\134", "\\");
    }

    /** Whether so many bytes fit without reclaiming page cache or using swap. */
    boolean isRoomy(long size) {
        return size <= limit - KernelFile.number(directory.resolve(version.usage));
    }

    /** What it leaves, if page cache gives way and swap is used. */
    Limit room(MachineMemory machine) {
        List<String> stat = KernelFile.lines(directory.resolve("memory.stat"));
        long cache = KernelFile.value(stat, version.prefix + "active_file", 0)
                + KernelFile.value(stat, version.prefix + "inactive_file", 0);
        long usage = KernelFile.number(directory.resolve(version.usage));
        long memory = usage == Long.MAX_VALUE ? limit : limit - usage + cache;
        long free = switch (version) {
            case V1 -> Math.min(memory + machine.swap(), left("memory.memsw.limit_in_bytes",
                    "memory.memsw.usage_in_bytes", cache));
            case V2 -> memory + Math.min(machine.swap(), left("memory.swap.max", "memory.swap.current", 0));
        };
        return new Limit(SpaceLimit.CONTROL_GROUP, Math.clamp(free, 0, limit + machine.swap()),
                directory.resolve(version.limit).toString());
    }

    /** What a limit leaves, more than there is if it is none or is not accounted for. */
    private long left(String most, String used, long reclaimable) {
        long bytes = KernelFile.number(directory.resolve(most));
        long taken = KernelFile.number(directory.resolve(used));
        return bytes >= Long.MAX_VALUE >> 1 || taken == Long.MAX_VALUE
                ? Long.MAX_VALUE
                : Math.max(0, bytes - taken + reclaimable);
    }
}
