/// One file per plugin; [io.amphora.scheduler.plugin.Plugins] lists them in the order in which they are asked.
@NullMarked
package io.amphora.scheduler.plugin;

import org.jspecify.annotations.NullMarked;
