/// A judge of a running cluster by the checks of the CIS Kubernetes Benchmark: one row per check, one class per
/// section. A row passes by evidence of that cluster only: modes of its files, arguments of its processes, answers
/// of its servers. Nothing here knows how the cluster was configured.
@org.jspecify.annotations.NullMarked
package io.amphora.composition.cis;
