package io.amphora.dns;

import java.util.List;

/// What the cluster's zone says to a question.
public sealed interface Answer {

    /// The name is not below the cluster's domain nor one of its addresses: somebody else knows.
    record Elsewhere() implements Answer {}

    /// There is no such name.
    record NoSuchName() implements Answer {}

    /// @param records none when the name exists, but not with this type
    /// @param additional records that spare the client the next question (the addresses of an SRV record's
    ///     targets)
    record Found(List<Record> records, List<Record> additional) implements Answer {}

    /// A resource record; names are absolute, without the final dot.
    sealed interface Record {
        String name();

        record Address(String name, String address) implements Record {}

        record Alias(String name, String target) implements Record {}

        record Service(String name, int port, String target) implements Record {}

        record Pointer(String name, String target) implements Record {}

        record Text(String name, String text) implements Record {}
    }
}
