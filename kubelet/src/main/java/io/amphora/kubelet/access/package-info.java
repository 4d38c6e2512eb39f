/// Who asks the node's own server, and may they: both are asked of the API server.
@NullMarked
package io.amphora.kubelet.access;

import org.jspecify.annotations.NullMarked;
