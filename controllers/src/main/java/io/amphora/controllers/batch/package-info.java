/// Work that ends: Jobs, the clock that starts them, and the clean-up behind them.
@NullMarked
package io.amphora.controllers.batch;

import org.jspecify.annotations.NullMarked;
