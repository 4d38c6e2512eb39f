/// Empties and removes namespaces that are deleted.
@NullMarked
package io.amphora.controllers.namespace;

import org.jspecify.annotations.NullMarked;
