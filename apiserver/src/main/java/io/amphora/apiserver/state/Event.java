package io.amphora.apiserver.state;

/// What a watcher is told.
public sealed interface Event {
    /// An object that came into, changed in, or left what the watcher selects.
    record Happened(Type type, Stored object) implements Event {}

    /// What was there at this revision has been told, of a watch that began with that.
    record Listed(long revision) implements Event {}

    /// Everything up to this revision has been told.
    record Bookmark(long revision) implements Event {}

    enum Type {
        ADDED,
        MODIFIED,
        DELETED
    }
}
