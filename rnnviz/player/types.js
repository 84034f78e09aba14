// What travels from Python to the player, and what the player keeps. Types only; figures/records.py has them in Python.

/**
 * Where a signal is read: so many steps away, at a child of a node, at the parent whose left or right child it is; null
 * for a neighbour that there is not.
 * @typedef {number | "l" | "r" | "↑l" | "↑r" | null} Shift
 */

/** @typedef {["signal", string, Shift]} SignalRead */
/** @typedef {["vector", string]} VectorWeight */
/** @typedef {["number", number]} Constant */
/** @typedef {["product", string, Expression, boolean?]} Product */
/** @typedef {["sum", ...Expression[]]} Sum */
/** @typedef {["times", ...Expression[]]} Times */
/** @typedef {["call", string, Expression]} Call */
/**
 * An equation's right side, as nested lists. A product has a fourth entry, true, where its weight is transposed.
 * @typedef {SignalRead | VectorWeight | Constant | Product | Sum | Times | Call} Expression
 */
/** A matrix, and whether it is transposed. @typedef {["weight", string, true?]} MatrixWeight */
/**
 * What a tile shows: a whole matrix, or the values of an expression.
 * @typedef {Expression | MatrixWeight} Source
 */

/**
 * A tile of a line: its row and column, height and width in cells, what it shows, whether a vector lies down.
 * @typedef {[number, number, number, number, Source, boolean]} LineTile
 */
/** @typedef {"name" | "term" | "under" | "between" | "between_shape" | "operator" | "symbol" | "side" | "unit"} MarkKind */
/**
 * A text at a cell of a line: what it is, row, column, the text as HTML.
 * @typedef {[MarkKind, number, number, string]} LineMark
 */
/** @typedef {{ rows: number, columns: number, tiles: LineTile[], marks: LineMark[] }} Line */
/** @typedef {{ wide: Line[], narrow: Line[], terms: number, sum: boolean, function: string | null }} Working */
/**
 * An equation on the stage, for wide and narrow pages, folded to its result, and how the result comes about.
 * @typedef {object} Block
 * @property {string} name
 * @property {string} label
 * @property {Expression} tree
 * @property {Line[]} wide
 * @property {Line[]} narrow
 * @property {Line[]} folded
 * @property {Working | null} working
 */
/** The line that carries the state. @typedef {{ name: string, wide: Line[] | null, narrow: Line[] | null }} Belt */
/** @typedef {{ blocks: Block[], belt: Belt, focus: string, share: string | null }} StageRecord */

/**
 * Rows in time order, `before` of them ahead of step 1; `was` is where they stood before the reader's changes.
 * @typedef {{ offset: number, n: number, rows: number, before: number, was?: number }} SignalRecord
 */
/**
 * @typedef {object} WeightRecord
 * @property {number} offset
 * @property {number} rows
 * @property {number} columns
 * @property {boolean} matrix
 * @property {number} [encoder]
 * @property {number} [was]
 * @property {number} [encoderWas]
 */
/**
 * The children of each node (from 1), where it stands, the word of a leaf, the operator of another; `signal` is what the
 * nodes show.
 * @typedef {object} TreeRecord
 * @property {(number | null)[]} left
 * @property {(number | null)[]} right
 * @property {number[]} x
 * @property {number[]} y
 * @property {(string | null)[]} words
 * @property {(string | null)[]} operators
 * @property {string} signal
 */
/**
 * @typedef {object} TimelineRecord
 * @property {[string, string][]} bands
 * @property {number[]} slots
 * @property {number} places
 * @property {number} first
 * @property {number} last
 * @property {string[]} carried
 * @property {string[]} ahead
 * @property {boolean[]} gives
 * @property {boolean[]} reads
 * @property {boolean[]} fed
 */
/** @typedef {{ name: string, wide: Line[], narrow: Line[] }} BlackBox */
/**
 * @typedef {object} NetworkRecord
 * @property {{ name: string, label: string }[]} boxes
 * @property {[string, string, Exclude<Shift, null>, string[]][]} edges
 * @property {[string, string][]} strips
 * @property {BlackBox[]} black
 * @property {string[]} formulas
 */
/**
 * @typedef {object} CountsRecord
 * @property {[string, string, number][]} weights
 * @property {number} shared
 * @property {number} untied
 * @property {number} whole
 * @property {number} D
 * @property {number} H
 * @property {number} K
 * @property {{ T: number[], shared: number[], untied: number[], whole: number[] }} series
 */
/** @typedef {{ reach: number, values: number[], slope: Expression, flat: [number, number][] }} CurveRecord */
/** @typedef {{ states: string[], state: number, weight: number }} RangesRecord */
/**
 * The values of a drag, all computed by the core: of the number at `place`, and of every signal.
 * @typedef {object} DragRecord
 * @property {string} place
 * @property {number[]} values
 * @property {[string, number, number, boolean] | null} weight
 * @property {Record<string, number>} signals
 * @property {(number[] | null)[]} chosen
 * @property {string[]} felt
 */
/**
 * Of a backward pass, which is shown from the last step to the first; lists have an entry for each step.
 * @typedef {object} FilmRecord
 * @property {(number | null)[]} losses
 * @property {number} mean
 * @property {Record<string, number[]>} scales
 * @property {string[]} alike
 * @property {Record<string, number[]>} lengths
 * @property {Record<string, number[][]>} halves
 */
/** @typedef {{ labels: string[], chosen: number[] | null, sentences: string[] }} Told */
/**
 * @typedef {object} Theme
 * @property {string[]} scale
 * @property {string} ink
 * @property {string} faint
 * @property {string} accent
 * @property {string} frame
 * @property {string} background
 * @property {string} box
 * @property {string[]} terms
 */
/**
 * @typedef {object} Sizes
 * @property {number} name
 * @property {number} shape
 * @property {number} operator
 * @property {number} symbol
 * @property {number} number
 * @property {number} smallest_number
 * @property {number} readable_number
 * @property {number} largest_number
 * @property {number} largest_cell
 * @property {number} smallest_cell
 * @property {number} digits decimals of a number in the picture
 */
/**
 * The header of a picture. Numbers stand beside it, `offset` says where.
 * @typedef {object} Payload
 * @property {number} T
 * @property {string[]} labels
 * @property {number} decoder
 * @property {number[] | null} chosen
 * @property {string[]} symbols
 * @property {Record<string, SignalRecord>} signals
 * @property {Record<string, WeightRecord>} weights
 * @property {[number, number][]} large
 * @property {TreeRecord | null} graph
 * @property {Record<string, string>} called
 * @property {TimelineRecord} timeline
 * @property {NetworkRecord | null} network
 * @property {CountsRecord | null} counts
 * @property {RangesRecord} ranges
 * @property {Told | null} changed
 * @property {string} [felt]
 * @property {boolean} changing
 * @property {string[]} changeable
 * @property {{ name: string, range: number } | null} ripple
 * @property {DragRecord | null} sweep
 * @property {Record<string, [number, number][]>} held
 * @property {Record<string, (string[] | null)[]>} axes
 * @property {Record<string, CurveRecord>} curves
 * @property {Record<string, { label: string, offset: number }[]>} shares
 * @property {Record<string, string>} functions
 * @property {string[]} sentences
 * @property {{ does: string, right: (string | null)[], trained: boolean } | null} header
 * @property {Record<string, string>} terms
 * @property {{ light: Theme, dark: Theme }} themes
 * @property {Sizes} sizes
 * @property {Record<string, string>} words
 * @property {{ leads: boolean, name: string, about: string } | null} side
 * @property {FilmRecord | null} film
 * @property {StageRecord} stage
 * @property {string} plotly
 * @property {[string, number]} seek
 */

/** The way back from one step, as logarithms. @typedef {{ whole: number[], first: number[] }} Way */
/**
 * Why a derivative shrinks or grows on its way back.
 * @typedef {{ kinds: [string, string], state: string, rows: Record<string, Way>, length: number | null }} Apart
 */
/** Products of Jacobians. @typedef {{ states: [string, number][], steps: number[][][], carried: number[][][] }} Chain */
/**
 * A triangle: what each step has to do with each earlier one.
 * @typedef {object} Panel
 * @property {string} name
 * @property {string[]} about
 * @property {string} what
 * @property {string[]} labels
 * @property {number[][]} norms
 * @property {Apart | null} apart
 * @property {number[][][] | null} vectors
 * @property {Chain | null} chain
 */
/** A part of what the steps give to a gradient. @typedef {{ rows: number[][], columns: number[][] | null }} PairRecord */
/**
 * A weight, its gradient and where it comes from.
 * @typedef {object} GradientRecord
 * @property {string} name
 * @property {string} label
 * @property {number[][]} before
 * @property {number[][]} gradient
 * @property {PairRecord[]} pairs
 * @property {number[][] | null} measured
 * @property {(string[] | null)[]} axes
 */
/**
 * All weights of a network, and one update of them.
 * @typedef {object} UpdateRecord
 * @property {GradientRecord[]} weights
 * @property {number} T
 * @property {string[]} labels
 * @property {number} loss
 * @property {number[]} rates
 * @property {number[]} later
 * @property {Record<string, string>} words
 * @property {{ light: Theme, dark: Theme }} themes
 */
/**
 * Runs of training: where the server tells of each; `at` is the update that is seen again.
 * @typedef {{ runs: { name: string, url: string }[], running: boolean, at: number | null, words: Record<string, string>, themes: { light: Theme, dark: Theme } }} TrainRecord
 */
/** @typedef {{ kind: string, panels: Panel[], words: Record<string, string>, themes: { light: Theme, dark: Theme } }} Triangles */

/** @typedef {{ source: Source, i: number, j: number }} Pick */
/** @typedef {"before" | "after" | "difference"} View */
/** @typedef {"box" | "equation" | "numbers"} Level */
/**
 * All that a player keeps of what its reader chose; it can be written as JSON, and set from outside.
 * @typedef {object} Choices
 * @property {number} t the step shown, from 1; 0 is the state before the first one
 * @property {1 | -1} direction which way the last move in time went
 * @property {"step" | "jump"} moved how the last move in time was made: one step on, which moves, or a plain change
 * @property {number | null} part in slow motion: how many parts of this step are done
 * @property {string | null} focus the equation that is spelled out beside the one that carries the state
 * @property {Pick | null} pick the number that is chosen
 * @property {View} view what is shown of the reader's changes
 * @property {Level} level how far the box is open
 * @property {boolean} slow whether a step is shown in parts
 * @property {number} speed of playing
 * @property {boolean} unrolled whether the small diagram is unrolled
 * @property {boolean} untied whether the weights of all steps are told apart
 * @property {string | null} lit the weight that is touched, lit up in every copy
 * @property {number | null} litAt the one copy of it, where they are told apart
 */

/** @typedef {{ do: "sweep", place: string } | { do: "edit", edit: string }} Act */

export {};
