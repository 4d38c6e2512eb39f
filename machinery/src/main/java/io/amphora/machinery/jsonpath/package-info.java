/// JSONPath templates as Kubernetes has them (`k8s.io/client-go/util/jsonpath`): printer columns, `-o jsonpath`,
/// custom columns and whatever else takes a path from a user.
@NullMarked
package io.amphora.machinery.jsonpath;

import org.jspecify.annotations.NullMarked;
