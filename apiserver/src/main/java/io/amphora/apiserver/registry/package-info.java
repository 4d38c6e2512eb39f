@NullMarked
package io.amphora.apiserver.registry;

import org.jspecify.annotations.NullMarked;
