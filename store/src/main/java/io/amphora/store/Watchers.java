package io.amphora.store;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/// Who listens to a local store. Told by one thread at a time: the one that writes.
final class Watchers {
    private static final System.Logger LOG = System.getLogger(Watchers.class.getName());

    private final List<Subscription> subscriptions = new CopyOnWriteArrayList<>();

    /// A watch that isn't told anything until it is added.
    Subscription subscription(String prefix, long after, Store.Listener listener) {
        return new Subscription(prefix, after, listener);
    }

    void add(Subscription subscription) {
        subscriptions.add(subscription);
    }

    void tell(List<Store.Change> changes) {
        for (var subscription : subscriptions) subscription.tell(changes);
    }

    void removeAll() {
        subscriptions.clear();
    }

    final class Subscription implements Store.Watch {
        private final String prefix;
        private final Store.Listener listener;
        private long toldTo;
        private volatile boolean closed;

        private Subscription(String prefix, long after, Store.Listener listener) {
            this.prefix = prefix;
            this.toldTo = after;
            this.listener = listener;
        }

        /// The last revision that this watch knows of, matching its prefix or not.
        long toldTo() {
            return toldTo;
        }

        /// @param changes without a gap, in order; those known already are left out
        void tell(List<Store.Change> changes) {
            var news = changes.stream()
                    .filter(change -> change.revision() > toldTo && change.key().startsWith(prefix))
                    .toList();
            toldTo = Math.max(toldTo, changes.getLast().revision());
            if (news.isEmpty() || closed) return;
            try {
                listener.changed(news);
            } catch (RuntimeException | Error failure) {
                LOG.log(
                        System.Logger.Level.ERROR,
                        "a listener to the keys that begin with \"" + prefix + "\" failed and is dropped",
                        failure);
                close();
            }
        }

        @Override
        public void close() {
            closed = true;
            subscriptions.remove(this);
        }
    }
}
