@NullMarked
package io.amphora.apiserver.admission;

import org.jspecify.annotations.NullMarked;
