/// Programs that others wrote, run against the server as it is shipped: its chain, its HTTP and its certificates.
@NullMarked
package io.amphora.clients;

import org.jspecify.annotations.NullMarked;
