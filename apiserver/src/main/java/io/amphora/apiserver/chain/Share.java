package io.amphora.apiserver.chain;

import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicLongArray;

/// Something of which there is so much, and that requests take and give back. One user gets at most half of it, so that
/// there is always some left for the others.
///
/// Users are told apart by a hash of their name: two that happen to have the same share one half. That costs no lock
/// and no memory, whatever names clients come with.
final class Share {
    private static final int PARTS = 256;

    private final long most;
    private final AtomicLong taken = new AtomicLong();
    private final AtomicLongArray byUser = new AtomicLongArray(PARTS);

    Share(long most) {
        this.most = most;
    }

    /// @param exempt gets it even when nothing is left
    /// @return whether it was taken
    boolean take(String user, long amount, boolean exempt) {
        return take(user, amount, exempt ? Long.MAX_VALUE : most, exempt ? Long.MAX_VALUE : most / 2);
    }

    /// Like [#take], but who has nothing yet gets all that there is: one answer may need more than a half.
    boolean takeFirst(String user, long amount) {
        return take(user, amount, most, most / 2) || take(user, amount, most, amount);
    }

    private boolean take(String user, long amount, long mostOfAll, long mostOfUser) {
        long all = taken.addAndGet(amount);
        long own = byUser.addAndGet(part(user), amount);
        if (all <= mostOfAll && own <= mostOfUser) return true;
        giveBack(user, amount);
        return false;
    }

    void giveBack(String user, long amount) {
        taken.addAndGet(-amount);
        byUser.addAndGet(part(user), -amount);
    }

    long taken() {
        return taken.get();
    }

    private static int part(String user) {
        int hash = user.hashCode();
        return (hash ^ hash >>> 16) & (PARTS - 1);
    }
}
