/// What the API server asks of a node over HTTPS: logs, exec, attach, port-forward, figures.
@NullMarked
package io.amphora.kubelet.server;

import org.jspecify.annotations.NullMarked;
