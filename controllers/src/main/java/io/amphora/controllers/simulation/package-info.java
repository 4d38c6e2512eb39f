/// Nodes that only pretend: for trying out a control plane without containers, and for tests.
@NullMarked
package io.amphora.controllers.simulation;

import org.jspecify.annotations.NullMarked;
