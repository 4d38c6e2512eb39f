package io.amphora.composition.cis;

import java.util.List;
import java.util.stream.IntStream;

/// 2: etcd. The store is a library in the server's process: nobody connects to it.
final class StoreChecks {
    private static final List<String> TITLES = List.of(
            "serves by TLS",
            "asks clients for certificates",
            "signs no certificates for itself",
            "talks to its peers by TLS",
            "asks its peers for certificates",
            "signs no certificates for its peers",
            "has an authority of its own");

    static final List<Check> CHECKS = IntStream.range(0, TITLES.size())
            .mapToObj(index -> Check.notApplicable(
                    "2." + (index + 1),
                    "etcd: " + TITLES.get(index),
                    "the store is in the server's process, without a port"))
            .toList();

    private StoreChecks() {}
}
