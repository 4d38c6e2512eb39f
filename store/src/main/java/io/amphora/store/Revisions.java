package io.amphora.store;

final class Revisions {
    private Revisions() {}

    static void requireReadable(long asked, long compactedTo, long last) {
        if (asked < compactedTo) throw new CompactedException(asked, compactedTo);
        requireWritten(asked, last);
    }

    static void requireWritten(long asked, long last) {
        if (asked > last) throw new StoreException("revision " + asked + " is not written yet, the last is " + last);
    }
}
