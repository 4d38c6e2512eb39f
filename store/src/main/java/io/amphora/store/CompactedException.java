package io.amphora.store;

/// The revision asked for is forgotten; `oldest` is the first that is still there.
public final class CompactedException extends StoreException {
    private final long oldest;

    public CompactedException(long asked, long oldest) {
        super("revision " + asked + " is compacted away, the oldest is " + oldest);
        this.oldest = oldest;
    }

    public long oldest() {
        return oldest;
    }
}
