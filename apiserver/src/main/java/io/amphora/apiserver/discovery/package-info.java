@NullMarked
package io.amphora.apiserver.discovery;

import org.jspecify.annotations.NullMarked;
