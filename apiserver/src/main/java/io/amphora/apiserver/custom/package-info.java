/// Kinds that clients define: definitions become what the registry serves, and their objects go the same way through
/// the server as all others.
@NullMarked
package io.amphora.apiserver.custom;

import org.jspecify.annotations.NullMarked;
