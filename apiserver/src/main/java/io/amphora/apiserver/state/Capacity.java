package io.amphora.apiserver.state;

/// How much of the memory the state may take. What goes beyond is refused, so that reads and deletions go on.
///
/// @param live bytes of heap that the objects of the cluster may take, as [Image#weight] has it
/// @param queued bytes of JSON that wait for watchers which do not read, for all of them together
/// @param object bytes of JSON that one object may have
public record Capacity(long live, long queued, int object) {
    /// As etcd limits a request.
    private static final int LARGEST_OBJECT = 3 << 19;

    /// What grows by so little may go on for a while when there is no room: the status of Pods and nodes.
    static final int SMALL = 16 << 10;

    /// For a JVM that may take `heap` bytes and has other things to do as well.
    public static Capacity of(long heap) {
        return new Capacity(heap / 2, heap / 16, LARGEST_OBJECT);
    }

    public static Capacity usual() {
        return of(Runtime.getRuntime().maxMemory());
    }

    /// Whether an object of `after` may take the place of one of `before` while all of them take `total`.
    boolean admits(long total, long before, long after) {
        long growth = after - before;
        if (growth <= 0 || total + growth <= live) return true;
        return before > 0 && growth <= SMALL && total + growth <= live + live / 10;
    }
}
