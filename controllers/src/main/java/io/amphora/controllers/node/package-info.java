/// Nodes that come, fail and go, and what becomes of their Pods.
@NullMarked
package io.amphora.controllers.node;

import org.jspecify.annotations.NullMarked;
