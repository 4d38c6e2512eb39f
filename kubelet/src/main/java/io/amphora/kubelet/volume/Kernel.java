package io.amphora.kubelet.volume;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.VarHandle;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;

/// The few system calls that Java has no name for: paths that are resolved beneath a folder in one step
/// (openat2(2)), and bind mounts of what is open.
final class Kernel {
    private static final int CURRENT_FOLDER = -100; // AT_FDCWD
    private static final long OPENAT2 = 437; // the same on all architectures
    private static final long PATH_ONLY = 0x200000; // O_PATH
    private static final long CLOSE_ON_EXEC = 0x80000; // O_CLOEXEC
    private static final long NO_MAGIC_LINKS = 0x02;
    private static final long NO_LINKS = 0x04; // RESOLVE_NO_SYMLINKS
    private static final long BENEATH = 0x08;
    private static final long BIND = 0x1000; // MS_BIND
    private static final int DETACH = 2; // MNT_DETACH
    private static final int NO_FOLLOW = 8; // UMOUNT_NOFOLLOW
    private static final int NO_ENTRY = 2;
    private static final int EXISTS = 17;
    private static final int INVALID = 22;

    private static final Linker LINKER = Linker.nativeLinker();
    private static final StructLayout STATE = Linker.Option.captureStateLayout();
    private static final VarHandle ERRNO = STATE.varHandle(MemoryLayout.PathElement.groupElement("errno"));

    private static final MethodHandle SYSCALL = handle(
            "syscall",
            FunctionDescriptor.of(
                    ValueLayout.JAVA_LONG,
                    ValueLayout.JAVA_LONG,
                    ValueLayout.JAVA_INT,
                    ValueLayout.ADDRESS,
                    ValueLayout.ADDRESS,
                    ValueLayout.JAVA_LONG),
            Linker.Option.firstVariadicArg(1));
    private static final MethodHandle MKDIRAT = handle(
            "mkdirat",
            FunctionDescriptor.of(
                    ValueLayout.JAVA_INT, ValueLayout.JAVA_INT, ValueLayout.ADDRESS, ValueLayout.JAVA_INT));
    private static final MethodHandle CLOSE =
            handle("close", FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.JAVA_INT));
    private static final MethodHandle MOUNT = handle(
            "mount",
            FunctionDescriptor.of(
                    ValueLayout.JAVA_INT,
                    ValueLayout.ADDRESS,
                    ValueLayout.ADDRESS,
                    ValueLayout.ADDRESS,
                    ValueLayout.JAVA_LONG,
                    ValueLayout.ADDRESS));
    private static final MethodHandle UMOUNT =
            handle("umount2", FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.ADDRESS, ValueLayout.JAVA_INT));

    private Kernel() {}

    /// A file or folder that is open by its place alone: it stays the same one whatever becomes of its path.
    record Opened(int descriptor) implements AutoCloseable {
        /// A path to this very file, whatever lies at its own path by now.
        String path() {
            return "/proc/self/fd/" + descriptor;
        }

        @Override
        public void close() {
            try {
                int _ = (int) CLOSE.invokeExact(descriptor);
            } catch (Throwable impossible) {
                throw new IllegalStateException(impossible);
            }
        }
    }

    static Opened open(String path) throws IOException {
        return open(CURRENT_FOLDER, path, 0);
    }

    /// Links on the way are followed as long as they do not lead out of `folder`.
    static Opened openBeneath(Opened folder, String path) throws IOException {
        return open(folder.descriptor(), path, BENEATH | NO_MAGIC_LINKS);
    }

    /// What lies at one name in a folder; not what a link there leads to.
    static Opened openEntry(Opened folder, String name) throws IOException {
        return open(folder.descriptor(), name, NO_LINKS);
    }

    private static Opened open(int folder, String path, long resolve) throws IOException {
        try (var arena = Arena.ofConfined()) {
            MemorySegment how = arena.allocate(ValueLayout.JAVA_LONG, 3); // flags, mode, resolve
            how.setAtIndex(ValueLayout.JAVA_LONG, 0, PATH_ONLY | CLOSE_ON_EXEC);
            how.setAtIndex(ValueLayout.JAVA_LONG, 2, resolve);
            MemorySegment state = arena.allocate(STATE);
            long descriptor =
                    (long) SYSCALL.invokeExact(state, OPENAT2, folder, arena.allocateFrom(path), how, how.byteSize());
            if (descriptor < 0) throw failure(path, state);
            return new Opened((int) descriptor);
        } catch (IOException refused) {
            throw refused;
        } catch (Throwable impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    /// @param name one part of a path
    static void makeFolder(Opened parent, String name, int mode) throws IOException {
        try (var arena = Arena.ofConfined()) {
            MemorySegment state = arena.allocate(STATE);
            int result = (int) MKDIRAT.invokeExact(state, parent.descriptor(), arena.allocateFrom(name), mode);
            if (result < 0) throw failure(name, state);
        } catch (IOException refused) {
            throw refused;
        } catch (Throwable impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    /// Makes what is open appear at `target` as well.
    static void bind(Opened source, String target) throws IOException {
        try (var arena = Arena.ofConfined()) {
            MemorySegment state = arena.allocate(STATE);
            int result = (int) MOUNT.invokeExact(
                    state,
                    arena.allocateFrom(source.path()),
                    arena.allocateFrom(target),
                    MemorySegment.NULL,
                    BIND,
                    MemorySegment.NULL);
            if (result < 0) throw failure(target, state);
        } catch (IOException refused) {
            throw refused;
        } catch (Throwable impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    /// Takes away what was mounted at `target`; fine where nothing is.
    static void unmount(String target) throws IOException {
        try (var arena = Arena.ofConfined()) {
            MemorySegment state = arena.allocate(STATE);
            int result = (int) UMOUNT.invokeExact(state, arena.allocateFrom(target), DETACH | NO_FOLLOW);
            int error = (int) ERRNO.get(state, 0L);
            if (result < 0 && error != INVALID && error != NO_ENTRY) throw failure(target, state);
        } catch (IOException refused) {
            throw refused;
        } catch (Throwable impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    private static IOException failure(String path, MemorySegment state) {
        int error = (int) ERRNO.get(state, 0L);
        return switch (error) {
            case NO_ENTRY -> new NoSuchFileException(path);
            case EXISTS -> new FileAlreadyExistsException(path);
            case 18 -> new FileSystemException(path, null, "leaves the volume"); // EXDEV of openat2
            case 1, 13 -> new FileSystemException(path, null, "operation not permitted");
            case 20 -> new FileSystemException(path, null, "not a directory");
            case 38 -> new FileSystemException(path, null, "needs Linux 5.6 or newer");
            case 40 -> new FileSystemException(path, null, "too many links");
            default -> new FileSystemException(path, null, "errno " + error);
        };
    }

    private static MethodHandle handle(String name, FunctionDescriptor function, Linker.Option... options) {
        var all = new Linker.Option[options.length + 1];
        System.arraycopy(options, 0, all, 0, options.length);
        all[options.length] = Linker.Option.captureCallState("errno");
        if (name.equals("close")) all = options;
        return LINKER.downcallHandle(LINKER.defaultLookup().findOrThrow(name), function, all);
    }
}
