package io.resourcelink.campaign.model;

import java.util.Arrays;
import java.util.List;

import org.jspecify.annotations.Nullable;

/**
 * All that the kernel and the processes know at one moment: one key, a few files, the descriptions of a few processes with their locks, one
 * message in a socket, and where each process is in its program. A state is compared by its bytes. It is changed only while its successor
 * is made from a copy.
 */
final class World {

    /** What a description has locked. */
    static final int REFERENCE = 1;
    static final int MAINTENANCE = 2;
    static final int ALL_REFERENCES = 4;
    static final int VIEW = 8;

    /** What a process has. */
    static final int NOTHING = 0;
    static final int HOLDING = 1;
    static final int IDLE_FILE = 2;

    private static final int FILES = 6;
    private static final int FILE_BYTES = 4;
    private static final int PROCESS_BYTES = 6;
    private static final int DEAD = -1;

    private static final int NAME = 0;
    private static final int NUMBERS = 1;
    private static final int SENT = 2;
    private static final int SHARED = 3;
    private static final int DIRECTORY_LOCK = 4;
    private static final int FIRST_FILE = 5;
    private static final int FIRST_DESCRIPTION = FIRST_FILE + FILES * FILE_BYTES;

    private final List<List<Operation>> programs;
    private final byte[] bytes;
    private final @Nullable World before;
    private final String action;
    private int hash;
    private @Nullable String violation;

    /** Begins with nothing but programs, one for each process. */
    World(List<List<Operation>> programs) {
        int processes = programs.size();
        this.programs = programs;
        this.bytes = new byte[FIRST_DESCRIPTION + 2 * (2 * processes + 1) + processes * PROCESS_BYTES];
        this.before = null;
        this.action = "begin";
    }

    private World(World before, String action) {
        this.programs = before.programs;
        this.bytes = before.bytes.clone();
        this.before = before;
        this.action = action;
    }

    World copy(String next) {
        return new World(this, next);
    }

    // The key.

    int name() {
        return bytes[NAME];
    }

    void setName(int file) {
        bytes[NAME] = (byte) file;
    }

    /** {@return a number that was not used before} */
    int number() {
        return ++bytes[NUMBERS];
    }

    // Files: number 0 is none.

    private static int at(int file, int field) {
        return FIRST_FILE + (file - 1) * FILE_BYTES + field;
    }

    /** {@return a file that nobody has} It has neither name nor content. */
    int newFile() {
        for (int file = 1; file <= FILES; file++) {
            if (!isReachable(file)) {
                Arrays.fill(bytes, at(file, 0), at(file, FILE_BYTES), (byte) 0);
                return file;
            }
        }
        throw new IllegalStateException("More files than the model has.");
    }

    private boolean isReachable(int file) {
        for (int description = 0; description <= socket(); description++) {
            if (file(description) == file) {
                return true;
            }
        }
        return name() == file || isStaged(file);
    }

    int nonce(int file) {
        return bytes[at(file, 0)];
    }

    void setNonce(int file, int nonce) {
        bytes[at(file, 0)] = (byte) nonce;
    }

    /** {@return which payload is in the file, 0 while it is being written} */
    int content(int file) {
        return bytes[at(file, 1)];
    }

    void setContent(int file, int content) {
        bytes[at(file, 1)] = (byte) content;
    }

    boolean isStaged(int file) {
        return bytes[at(file, 2)] != 0;
    }

    boolean isAnyStaged() {
        for (int file = 1; file <= FILES; file++) {
            if (isStaged(file)) {
                return true;
            }
        }
        return false;
    }

    void setStaged(int file, boolean staged) {
        bytes[at(file, 2)] = (byte) (staged ? 1 : 0);
    }

    /** {@return whether the name was removed by force, so that holders have none} */
    boolean isForced(int file) {
        return bytes[at(file, 3)] != 0;
    }

    void setForced(int file, boolean forced) {
        bytes[at(file, 3)] = (byte) (forced ? 1 : 0);
    }

    // Descriptions: two for each process, and the one in the socket.

    static int own(int process) {
        return 2 * process;
    }

    static int other(int process) {
        return 2 * process + 1;
    }

    int socket() {
        return 2 * programs.size();
    }

    private static int description(int description) {
        return FIRST_DESCRIPTION + 2 * description;
    }

    int file(int description) {
        return bytes[description(description)];
    }

    void open(int description, int file) {
        bytes[description(description)] = (byte) file;
        bytes[description(description) + 1] = 0;
    }

    /** Closes a description, which drops its locks. */
    void close(int description) {
        open(description, 0);
        if (description == socket()) {
            bytes[SENT] = 0;
            bytes[SHARED] = 0;
        }
    }

    boolean has(int description, int lock) {
        return (bytes[description(description) + 1] & lock) != 0;
    }

    private void set(int description, int locks) {
        bytes[description(description) + 1] = (byte) locks;
    }

    void unlock(int description, int locks) {
        set(description, bytes[description(description) + 1] & ~locks);
    }

    /** Locks, if no other description of the file has what excludes it. */
    boolean tryLock(int description, int lock) {
        int excluding = switch (lock) {
            case REFERENCE -> ALL_REFERENCES;
            case ALL_REFERENCES -> ALL_REFERENCES | REFERENCE;
            case MAINTENANCE -> MAINTENANCE;
            default -> 0;
        };
        if (others(description, excluding)) {
            return false;
        }
        set(description, bytes[description(description) + 1] | lock);
        return true;
    }

    /** {@return whether another description of the same file has one of these locks} */
    boolean others(int description, int locks) {
        for (int other = 0; other <= socket(); other++) {
            if (other != description && file(other) == file(description) && has(other, locks)) {
                return true;
            }
        }
        return false;
    }

    // The socket.

    boolean isSent() {
        return file(socket()) != 0;
    }

    /** Moves a description with its locks, or shares it, which is against the rules. */
    void send(int description, int content, boolean shared) {
        open(socket(), file(description));
        set(socket(), bytes[description(description) + 1] & REFERENCE);
        bytes[SENT] = (byte) content;
        bytes[SHARED] = (byte) (shared ? 1 : 0);
        if (!shared) {
            close(description);
        }
    }

    void receive(int description) {
        open(description, file(socket()));
        set(description, bytes[description(socket()) + 1]);
        close(socket());
    }

    int sentContent() {
        return bytes[SENT];
    }

    boolean isSocketShared() {
        return bytes[SHARED] != 0;
    }

    // The directory of an entry.

    int directoryLock() {
        return bytes[DIRECTORY_LOCK];
    }

    /** The process that has it locked, plus 1; 0 for none. */
    void setDirectoryLock(int process) {
        bytes[DIRECTORY_LOCK] = (byte) process;
    }

    /** An outsider has removed the directory: what was named in it is not there any more. */
    void lose() {
        if (name() != 0) {
            setForced(name(), true);
            setName(0);
        }
    }

    // Processes.

    private int process(int process, int field) {
        return FIRST_DESCRIPTION + 2 * (2 * programs.size() + 1) + process * PROCESS_BYTES + field;
    }

    /** {@return which operation of its program the process is at, or -1 if it is dead} */
    int operation(int process) {
        return bytes[process(process, 0)];
    }

    int step(int process) {
        return bytes[process(process, 1)];
    }

    void go(int process, int step) {
        bytes[process(process, 1)] = (byte) step;
    }

    /** The operation is over. */
    void done(int process) {
        bytes[process(process, 0)]++;
        go(process, 0);
        remember(process, 0);
    }

    int has(int process) {
        return bytes[process(process, 2)];
    }

    /** Says what the process has from now on, and which content it expects to see. */
    void setHas(int process, int what, int content) {
        bytes[process(process, 2)] = (byte) what;
        bytes[process(process, 3)] = (byte) content;
    }

    /** {@return the content that a holder or a late reader must see} */
    int expected(int process) {
        return bytes[process(process, 3)];
    }

    /** {@return what the process has noted during its operation} */
    int remembered(int process) {
        return bytes[process(process, 4)];
    }

    void remember(int process, int value) {
        bytes[process(process, 4)] = (byte) value;
    }

    boolean isDead(int process) {
        return operation(process) == DEAD;
    }

    /** SIGKILL: the kernel closes its descriptions, and drops what was sent to it. */
    void kill(int process) {
        close(own(process));
        close(other(process));
        if (directoryLock() == process + 1) {
            setDirectoryLock(0);
        }
        Arrays.fill(bytes, process(process, 0), process(process, PROCESS_BYTES), (byte) 0);
        bytes[process(process, 0)] = DEAD;
        if (!isAhead(Operation.RECEIVE)) {
            close(socket());
        }
    }

    boolean isOver(int process) {
        return isDead(process) || operation(process) == programs.get(process).size();
    }

    /** {@return what the process does now, if it is not over} */
    Operation current(int process) {
        return programs.get(process).get(operation(process));
    }

    /** {@return whether a process is at this operation, or will be} */
    boolean isAhead(Operation operation) {
        for (int process = 0; process < programs.size(); process++) {
            if (!isOver(process)
                    && programs.get(process).lastIndexOf(operation) >= operation(process)) {
                return true;
            }
        }
        return false;
    }

    // What was found.

    void violate(String description) {
        violation = violation == null ? description : violation;
    }

    @Nullable
    String violation() {
        return violation;
    }

    /** What no process can reach looks alike in all states. */
    void forget() {
        for (int file = 1; file <= FILES; file++) {
            if (!isReachable(file)) {
                Arrays.fill(bytes, at(file, 0), at(file, FILE_BYTES), (byte) 0);
            }
        }
        hash = Arrays.hashCode(bytes);
    }

    /** {@return how this state was reached, one step after the other} */
    String trace() {
        StringBuilder trace = new StringBuilder();
        for (World world = this; world != null; world = world.before) {
            trace.insert(0, world.action + (trace.isEmpty() ? "" : "; "));
        }
        return trace.toString();
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof World world && hash == world.hash && Arrays.equals(bytes, world.bytes);
    }

    @Override
    public int hashCode() {
        return hash;
    }
}
