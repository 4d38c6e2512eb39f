/// DaemonSets: one Pod on every node that suits.
@NullMarked
package io.amphora.controllers.daemonset;

import org.jspecify.annotations.NullMarked;
