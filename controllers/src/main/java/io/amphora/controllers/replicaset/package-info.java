/// ReplicaSets and ReplicationControllers: so and so many Pods of one template.
@NullMarked
package io.amphora.controllers.replicaset;

import org.jspecify.annotations.NullMarked;
