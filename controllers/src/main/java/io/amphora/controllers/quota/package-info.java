/// What a namespace has of what it may have.
@NullMarked
package io.amphora.controllers.quota;

import org.jspecify.annotations.NullMarked;
