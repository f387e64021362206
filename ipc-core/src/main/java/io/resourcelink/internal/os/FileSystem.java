package io.resourcelink.internal.os;

import java.util.Arrays;
import java.util.Optional;

/**
 * File systems that are known to be right or wrong for segments, by their magic numbers. Whatever is not listed is judged
 * by what it can do.
 *
 * @see <a href="https://man7.org/linux/man-pages/man2/statfs.2.html">statfs(2)</a>, linux/magic.h
 */
public enum FileSystem {
    /** Memory, and swap: what shared-memory segments live on. */
    TMPFS("tmpfs", 0x01021994, Nature.MEMORY),
    /** Memory without a limit; cannot reserve. */
    RAMFS("ramfs", 0x858458F6L, Nature.UNFIT),
    /** Whole huge pages only; cannot be written to. */
    HUGETLBFS("hugetlbfs", 0x958458F6L, Nature.UNFIT),
    /** The second, third and fourth extended file systems share a number. */
    EXT4("ext4", 0xEF53, Nature.LOCAL),
    /** A local disk. */
    XFS("xfs", 0x58465342, Nature.LOCAL),
    /** A local disk. */
    BTRFS("btrfs", 0x9123683EL, Nature.LOCAL),
    /** A local disk. */
    F2FS("f2fs", 0xF2F52010L, Nature.LOCAL),
    /** A local disk. */
    ZFS("zfs", 0x2FC12FC1, Nature.LOCAL),
    /** The writable layer of a container. */
    OVERLAYFS("overlayfs", 0x794C7630, Nature.LOCAL),
    /** Of a server. */
    NFS("NFS", 0x6969, Nature.REMOTE),
    /** Of a server, or of a virtual machine's host. */
    NINE_P("9p", 0x01021997, Nature.REMOTE),
    /** Of a server. */
    CIFS("CIFS", 0xFF534D42L, Nature.REMOTE),
    /** Of a server. */
    SMB2("SMB2", 0xFE534D42L, Nature.REMOTE),
    /** Of a server. */
    SMB("SMB", 0x517B, Nature.REMOTE),
    /** Of many servers. */
    CEPH("Ceph", 0x00C36400, Nature.REMOTE),
    /** Of a process, or, as virtiofs, of a virtual machine's host. */
    FUSE("FUSE", 0x65735546, Nature.REMOTE),
    /** Of servers. */
    AFS("AFS", 0x5346414F, Nature.REMOTE),
    /** Of servers. */
    KERNEL_AFS("AFS", 0x6B414653, Nature.REMOTE),
    /** Of servers. */
    LUSTRE("Lustre", 0x0BD00BD0, Nature.REMOTE),
    /** Of a cluster. */
    GPFS("GPFS", 0x47504653, Nature.REMOTE),
    /** Of a cluster. */
    GFS2("GFS2", 0x01161970, Nature.REMOTE),
    /** Of a cluster. */
    OCFS2("OCFS2", 0x7461636F, Nature.REMOTE),
    /** Of a virtual machine's host. */
    VBOXSF("vboxsf", 0x786F4256, Nature.REMOTE);

    /** Where the bytes are. */
    public enum Nature {
        /** In this machine's memory. */
        MEMORY,
        /** On a disk of this machine. */
        LOCAL,
        /** Beyond this kernel: what its locks and its page cache say is not the whole truth. */
        REMOTE,
        /** In memory that segments cannot use. */
        UNFIT
    }

    private final String label;
    private final long magic;
    private final Nature nature;

    FileSystem(String label, long magic, Nature nature) {
        this.label = label;
        this.magic = magic;
        this.nature = nature;
    }

    /** {@return where its bytes are} */
    public Nature nature() {
        return nature;
    }

    /**
     * {@return the file system with a magic number, or nothing if it is not listed}
     *
     * @param type the number, as {@link Space#type()} has it
     */
    public static Optional<FileSystem> of(long type) {
        long magic = type & 0xFFFF_FFFFL;
        return Arrays.stream(values()).filter(known -> known.magic == magic).findFirst();
    }

    /**
     * {@return a name for a magic number, the number itself if it has none}
     *
     * @param type the number, as {@link Space#type()} has it
     */
    public static String label(long type) {
        return of(type).map(known -> known.label).orElseGet(() -> "0x" + Long.toHexString(type & 0xFFFF_FFFFL));
    }
}
