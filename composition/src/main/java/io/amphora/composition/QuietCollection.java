package io.amphora.composition;

import com.sun.management.OperatingSystemMXBean;
import io.amphora.machinery.time.Clock;
import io.amphora.machinery.time.Deadline;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryPoolMXBean;
import java.lang.management.MemoryUsage;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// Gives memory back after a busy time. The serial collector looks at the old generation only when the largest heap is
/// full, so the garbage of one busy minute would stay for days; here it is collected once little is to do, when a pause
/// of some tenths of a second is noticed least, and once more when the server has forgotten that time.
final class QuietCollection implements AutoCloseable {
    static final Duration PERIOD = Duration.ofSeconds(20);

    /// Less than this is not worth a pause.
    static final long WORTH_BYTES = 48L << 20;

    /// So much later what a server remembers of the busy time (apiserver.state.Window) is garbage too.
    static final Duration FORGOTTEN = Duration.ofMinutes(12);

    /// Who uses the processor for more than this part of the time is not quiet.
    private static final int QUIET_PART = 10;

    /// The memory of this process.
    interface Memory {
        /// By how much the old generation has grown since it was collected, in bytes.
        long grown();

        /// The processor time that this process has used so far.
        Duration worked();

        void collect();
    }

    private final Memory memory;
    private final Clock clock;
    private Duration worked;
    private @Nullable Deadline again;
    private Clock.Timer next;
    private boolean closed;

    private QuietCollection(Memory memory, Clock clock) {
        this.memory = memory;
        this.clock = clock;
        this.worked = memory.worked();
        this.next = clock.after(PERIOD, this::look);
    }

    static QuietCollection start(Clock clock) {
        return start(new ThisProcess(), clock);
    }

    static QuietCollection start(Memory memory, Clock clock) {
        return new QuietCollection(memory, clock);
    }

    private synchronized void look() {
        if (closed) return;
        Duration before = worked;
        worked = memory.worked();
        boolean quiet = worked.minus(before).multipliedBy(QUIET_PART).compareTo(PERIOD) < 0;
        boolean grown = memory.grown() >= WORTH_BYTES;
        if (quiet && (grown || again != null && again.isOver())) {
            memory.collect();
            again = grown ? clock.deadline(FORGOTTEN) : null;
            worked = memory.worked();
        }
        next = clock.after(PERIOD, this::look);
    }

    @Override
    public synchronized void close() {
        closed = true;
        next.cancel();
    }

    private static final class ThisProcess implements Memory {
        private final OperatingSystemMXBean system = ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);

        @Override
        public long grown() {
            return ManagementFactory.getMemoryPoolMXBeans().stream()
                    .filter(pool -> pool.getName().equals("Tenured Gen")) // the serial collector's
                    .mapToLong(ThisProcess::grown)
                    .sum();
        }

        private static long grown(MemoryPoolMXBean pool) {
            MemoryUsage collected = pool.getCollectionUsage();
            return pool.getUsage().getUsed() - (collected == null ? 0 : collected.getUsed());
        }

        @Override
        public Duration worked() {
            return Duration.ofNanos(system.getProcessCpuTime());
        }

        @Override
        public void collect() {
            System.gc();
        }
    }
}
