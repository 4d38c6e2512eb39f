/// The commands below `create`, one file each.
@NullMarked
package io.amphora.kubectl.command.create;

import org.jspecify.annotations.NullMarked;
