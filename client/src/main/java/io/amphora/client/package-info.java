/// Typed access to an API server: requests, caches that follow it, work queues, events, leader election,
/// kubeconfig
/// files.
@NullMarked
package io.amphora.client;

import org.jspecify.annotations.NullMarked;
