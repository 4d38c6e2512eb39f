/// What attackers send, and what is right: one table per topic.
@NullMarked
package io.amphora.kubelet.security;

import org.jspecify.annotations.NullMarked;
