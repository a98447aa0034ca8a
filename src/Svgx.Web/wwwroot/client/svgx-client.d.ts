// Types of svgx-client.js, the client for docs/protocol.md. Works in browsers and in Node 22 and later (20 with --experimental-websocket, or with a WebSocket passed in).

export const SVG_NAMESPACE: 'http://www.w3.org/2000/svg';

/** A key that sorts between two others by code unit; null stands for an open end. */
export function keyBetween(left: string | null, right: string | null): string;

/** Keys for a row of new siblings, ascending and all of one length. */
export function keySequence(count: number): string[];

/** An id that no other client makes. Begins with the prefix (default `e`), so it is an XML name too. */
export function newId(prefix?: string): string;

export type Role = 'owner' | 'editor' | 'commenter' | 'viewer';

export interface ElementNode {
  element_id: string;
  name: string;
  /** Only where it is not the SVG namespace. */
  ns?: string;
  key: string;
  attributes?: Record<string, string>;
  children?: DocumentNode[];
}
export type ContentNode = { key: string } & ({ text: string } | { cdata: string } | { comment: string } | { pi: string });
export type DocumentNode = ElementNode | ContentNode;

/** The primitive steps that an operation comes to. */
export type Change =
  | { change: 'set'; element_id: string; attributes: Record<string, string | null> }
  | { change: 'insert'; parent_id: string; node: ElementNode }
  | { change: 'remove'; element_id: string }
  | { change: 'place'; element_id: string; parent_id: string; key: string }
  | { change: 'content'; element_id: string; nodes: ContentNode[] };

export interface Operation {
  operation_type: 'create' | 'update' | 'property_update' | 'move' | 'resize' | 'delete' | 'layer_change' | 'select' | 'deselect' | 'constraint_add' | 'constraint_remove' | 'assembly_update' | (string & {});
  /** For `create` the new element's id. */
  element_id?: string;
  data?: Record<string, unknown>;
  /** Made by the client where it is absent. The same id sent again is applied once. */
  operation_id?: string;
  gesture_id?: string;
  group_id?: string;
  priority?: number;
}

/** An operation as the server confirmed it. */
export interface ConfirmedOperation extends Operation {
  operation_id: string;
  revision: number;
  user_id: string;
  username: string;
  session_id: string;
  timestamp: string;
  base_revision?: number;
  /** The operations that it takes back or brings back. */
  undo_of?: string[];
  redo_of?: string[];
  /** What made it, where it is no gesture of its author: `resolution:ID`, `revert:ID`, `merge:BRANCH`, `restore:REVISION`. */
  origin?: string;
  changes?: Change[];
}

export interface ModelElement {
  readonly id: string;
  /** As in the file, with its prefix. */
  readonly name: string;
  readonly namespace: string;
  readonly key: string;
  readonly parent: ModelElement | null;
  readonly attributes: ReadonlyMap<string, string>;
  readonly children: readonly (ModelElement | ModelContent)[];
}
export interface ModelContent {
  readonly id?: undefined;
  readonly key: string;
  readonly kind: 'text' | 'cdata' | 'comment' | 'pi';
  readonly value: string;
  readonly parent: ModelElement;
}

/** The tree of a drawing: elements by id, siblings in the order of their keys. Read it; change it through {@link SvgxClient.submit}. */
export class DocumentModel {
  static from(content: { root: ElementNode }): DocumentModel;
  readonly root: ModelElement;
  readonly elements: ReadonlyMap<string, ModelElement>;
  get(id: string | undefined): ModelElement | undefined;
  /** Applies all changes or none, and returns those that take them back. @throws {ChangeError} where a change does not fit. */
  apply(changes: readonly Change[], touched?: Touched): Change[];
  isWithin(node: ModelElement, ancestor: ModelElement): boolean;
}

/** The namespace of an attribute's name in an element, as the drawing declares its prefix; null where it has none, or a prefix that nobody declared. */
export function namespaceOf(node: ModelElement, name: string): string | null;

/** A node as the protocol writes it. */
export function serialize(node: ModelElement | ModelContent): DocumentNode;

/** A change that does not fit the drawing; `code` is one of the protocol's. */
export class ChangeError extends Error { readonly code: string; }

/** What a change made out of date, for a view that keeps up with the model. */
export class Touched {
  /** Ids that came, went or changed place. */
  readonly structure: Set<string>;
  /** Ids whose attributes changed. */
  readonly attributes: Set<string>;
  /** Ids whose own text changed. */
  readonly content: Set<string>;
  readonly isEmpty: boolean;
}

/** The changes that the server will make of an operation, as far as they can be known here; null where only the server can tell. */
export function predictChanges(model: DocumentModel, operation: Operation): Change[] | null;

/** Path data as commands with their numbers; null where it cannot be read. */
export function parsePath(data: string): { command: string; numbers: number[] }[] | null;

/** Path data scaled and moved along the axes; null where that cannot be written as path data. */
export function mapPath(data: string, sx: number, sy: number, tx: number, ty: number): string | null;

/** The matrix of a `transform` attribute; null where it cannot be read. */
export function parseTransform(text?: string): [number, number, number, number, number, number] | null;

/** The box around an element in its parent's coordinates, computed from its attributes as the server does; null where there is nothing to measure. */
export function boundsOf(model: DocumentModel, node: ModelElement): { x: number; y: number; width: number; height: number } | null;

export interface Preview {
  gesture_id: string;
  element_ids: string[];
  data: { dx?: number; dy?: number } | { matrix: [number, number, number, number, number, number] } | { create: Record<string, unknown> } | Record<string, unknown>;
  user_id: string;
  session_id: string;
  color: string;
}

export interface Viewport { x: number; y: number; width: number; height: number }

export interface Person {
  user_id: string;
  username: string;
  status: 'online' | 'away' | 'editing' | 'viewing' | 'offline';
  cursor_position?: { x: number; y: number } | null;
  color: string;
  current_element: string | null;
  last_activity: string;
  /** The session that `cursor_position` and `current_element` are of. */
  active_session: string | null;
  selection: string[];
  tool: boolean;
  /** The round trip to the server; null where it is not known. */
  latency_ms: number | null;
  connection: 'good' | 'fair' | 'poor' | 'unknown';
  /** The users who follow this one's view. */
  followers: string[];
  sessions: { session_id: string; current_element?: string | null; selection: string[]; cursor_position?: { x: number; y: number } | null; viewport?: Viewport | null }[];
}

export interface Joined {
  document_id: string;
  document_name: string;
  branch: string;
  revision: number;
  user_id: string;
  username: string;
  session_id: string;
  role: Role;
  color: string;
  features: string[];
  max_message_bytes: number;
  /** What followed the join. */
  resync: 'none' | 'operations' | 'document';
  active_users: number;
  pending_operations: number;
  version_history: number;
  /** With the feature `comments`: the newest sequence of comments. */
  last_comment?: number;
}

/** A point of the drawing in user units, or a place in an element: (0, 0) is the top left and (1, 1) the bottom right of its own box. */
export type CommentAnchor = { x: number; y: number } | { element_id: string; offset?: { x: number; y: number } };

export interface Comment {
  comment_id: string;
  user_id: string;
  username: string;
  /** Plain text; mentions stand in it as `@[name](user_id)`. Empty while deleted. */
  text: string;
  mentions: string[];
  created_at: string;
  edited_at?: string;
  deleted?: boolean;
  deleted_by?: string;
  sequence: number;
  revision: number;
}

export interface CommentThread {
  thread_id: string;
  /** `x` and `y` of an element's pin are where it last was known to be; while it is not `detached`, the element says where it is. */
  anchor: { x: number; y: number; element_id?: string; offset?: { x: number; y: number }; detached?: boolean };
  resolved: boolean;
  resolved_by?: string;
  resolved_by_name?: string;
  resolved_at?: string;
  deleted?: boolean;
  sequence: number;
  comments: Comment[];
}

/** One side of a {@link Conflict}. Values are by name: attributes, `#text`, `#place`, `#exists`; null is absent. */
export interface ConflictSide {
  operation_id: string;
  operation_type: string;
  user_id: string;
  timestamp: string;
  username: string;
  element_id: string;
  /** The newest 20. */
  operation_ids: string[];
  deletes?: boolean;
  values: Record<string, string | null>;
}

/** Two people's work on one element that clashes. */
export interface Conflict {
  conflict_id: string;
  conflict_type: string;
  severity: 'low' | 'medium' | 'high';
  auto_resolvable: boolean;
  operation_1: ConflictSide;
  operation_2: ConflictSide;
  element_id: string;
  status: 'open' | 'settled';
  detected_at: string;
  decide_by?: string;
  clashes: number;
  base: Record<string, string | null>;
  last_by_operation_1: string[];
  cut?: string[];
  before?: ElementNode;
  merged_from?: string;
  resolution?: string;
  resolved_by?: string;
  resolved_at?: string;
}

export interface ConflictResolution {
  conflict_id: string;
  resolution: string;
  /** A user id, or `policy`. */
  resolved_by: string;
  username: string;
  element_id: string;
  operation_id?: string;
  chosen_operation_id?: string;
  choices?: Record<string, string>;
}

/** An element that one user alone may change for a while. */
export interface ElementLock { element_id: string; user_id: string; username: string; session_id: string; expires_at: string }

/** A version's id, `BRANCH` as it is now, `BRANCH@REVISION` or `BRANCH@TIME` (`main@2026-01-01T12:00:00Z`). */
export type HistoryPoint = string;

/** A named snapshot of a drawing. */
export interface Version {
  version_id: string;
  /** 1, 2, 3 ... in the document, across its branches. */
  version_number: number;
  document_id: string;
  branch: string;
  /** The branch's revision that it holds. */
  revision: number;
  /** The versions it came from: none for the first, two for a merge (the target's, then the source's). */
  parents: string[];
  content_hash: string;
  created_by: string;
  created_by_name: string;
  created_at: string;
  description: string;
  kind: 'saved' | 'checkpoint' | 'revert' | 'merge' | 'restore';
  name?: string;
  tags: string[];
  metadata: Record<string, string>;
}

/** What can be written on a version: at most 200 characters, 20 tags, 50 entries. */
export interface VersionLabels { name?: string; tags?: string[]; metadata?: Record<string, string> }

export interface Branch {
  document_id: string;
  name: string;
  created_by: string;
  created_by_name: string;
  created_at: string;
  from_branch?: string;
  from_revision: number;
  from_version?: string;
  head_revision: number;
  deleted_at?: string;
  purged_at?: string;
}

/** A change that made a version. */
export interface VersionChange {
  version: Version;
  /** The operation that did it; null where nothing had to change. */
  operationId: string | null;
  /** Of a merge: clashes that no resolution decided. */
  openClashes: number;
  /** The conflicts that hold them, one an element. */
  conflictIds: string[];
}

/** What is different about one element between two points. */
export interface ElementDifference {
  element_id: string;
  name: string;
  /** `replaced`: another element under the same id. */
  kind: 'added' | 'removed' | 'changed' | 'replaced';
  parent_id?: string;
  /** Without `from` it had none, without `to` it has none. */
  attributes: { name: string; from?: string; to?: string }[];
  text?: { from?: string; to?: string };
  moved?: { from_parent_id?: string; from_key: string; to_parent_id?: string; to_key: string };
}

/** Where both branches changed one thing, each differently. `name` is an attribute, `#text`, `#place` or `#exists`. */
export interface MergeClash { element_id: string; name: string; base?: string; target?: string; source?: string }

/** A decision beforehand; without a name for all of the element, without an element for all. The most particular counts. */
export interface MergeResolution { element_id?: string; name?: string; choice: 'target' | 'source' }

export interface MergePreview {
  source: string;
  sourceRevision: number;
  target: string;
  targetRevision: number;
  /** The nearest common ancestor. */
  baseBranch: string;
  baseRevision: number;
  /** What would change in the target. */
  elements: ElementDifference[];
  clashes: MergeClash[];
}

/** One operation's part in an element's life. */
export interface ElementEvent {
  branch: string;
  revision: number;
  operation_id: string;
  operation_type: string;
  origin?: string;
  undo_of?: string[];
  redo_of?: string[];
  user_id: string;
  username: string;
  timestamp: string;
  kind: ElementDifference['kind'];
  attributes: ElementDifference['attributes'];
  text?: ElementDifference['text'];
  moved?: ElementDifference['moved'];
}

export interface IntegrityReport {
  intact: boolean;
  /** There was more than the 1,000 damages listed. */
  truncated: boolean;
  branches: number;
  operations: number;
  /** Of them, those from before there were checksums. */
  unsealed: number;
  snapshots: number;
  versions: number;
  damages: { kind: 'operation' | 'snapshot' | 'version' | 'content' | 'branch' | 'database'; branch: string; revision?: number; version_id?: string; reason: string }[];
}

export interface SvgxClientOptions {
  /** Default: `/ws` beside the page in a browser, `ws://localhost:8765` elsewhere. */
  url?: string;
  /** Default: the token's document. */
  documentId?: string;
  /** Default `main`. */
  branch?: string;
  /** Who the client is; a function is asked again for every connection. Not needed by a signed-in page of the app. */
  token?: string | (() => string | Promise<string>);
  userId?: string;
  username?: string;
  /** Names this client across reconnects. Default: a new one. */
  sessionId?: string;
  /** Default: all of `ack`, `document`, `changes`, `preview`, `comments`, `conflicts`, `presence_changes`. Without `document` and `changes` there is no {@link SvgxClient.model}. */
  features?: ('ack' | 'document' | 'changes' | 'preview' | 'comments' | 'conflicts' | 'presence_changes')[];
  /** Ends the client for good. */
  signal?: AbortSignal;
  /** Keeps operations that the server has not acknowledged beyond the life of the page or process. Default: none. */
  outbox?: Outbox | null;
  /** Default: the global one. */
  WebSocket?: typeof WebSocket;
}

/** Where a client keeps what the server has not acknowledged. Must not throw; what cannot be kept is still sent. */
export interface Outbox {
  /** Keeps operations of a user until they are removed. */
  add(userId: string, operations: Operation[]): void;
  /** The server has answered for these, one way or the other. */
  remove(operationIds: string[]): void;
  /** What earlier clients left of this user, in order; asked once, after the first join. It is sent again with its ids. */
  takeOver(userId: string): Promise<Operation[]>;
}

/** Why a request was not answered as asked. */
export interface RequestError extends Error {
  code: string;
  /** Milliseconds after which it may be tried again. */
  retryAfter?: number;
}

export interface SvgxClientEvents {
  /** The client's `status` changed. */
  status: SvgxClient['status'];
  joined: Joined;
  /** A whole drawing arrived: `model` is a new one. */
  document: DocumentModel;
  /** The drawing changed, by own or by confirmed operations. */
  changes: Touched;
  /** Confirmed operations, own ones included. */
  operations: ConfirmedOperation[];
  /** So many own operations wait for their acknowledgement. */
  pending: number;
  /** Own operations that were refused, here or by the server, and are taken away again. */
  refused: { code: string; reason: string; operations: Operation[] };
  /** The server takes own operations later, as where it has no room or they came too fast: they wait and are sent again. `times` counts how often in a row; null: it takes them again. */
  held: SvgxClient['held'];
  /** What the sanitiser took out of an own operation: the first 100 parts, and how many more there were. */
  removed: { operationId: string; removed: { path: string; what: string; why: string }[]; more: number };
  presence: Person[];
  preview: Preview;
  /** The gesture with this id is over. */
  previewEnded: string;
  /** `canUndo` or `canRedo` changed without an operation. */
  state: null;
  /** This user may do something else from now on; `joined.role` says the same. */
  role: Role;
  /** A message of a type that the client has no use for itself. */
  message: { type: string } & Record<string, unknown>;
  /** An error that concerns no operation of this client. */
  error: { code: string; error: string };
  /** The threads with these ids came, changed, were read or went. */
  comments: Set<string>;
  /** These conflicts are new, have grown, are open again, or were settled by the policy; none: all are forgotten, as after a lost connection. */
  conflicts: Conflict[];
  conflictSettled: ConflictResolution;
  /** All locks there are. */
  locks: ElementLock[];
  /** There is a new version, in any branch; of a revert, a merge or a restoration too. */
  versionCreated: Version;
  /** A branch went back to an older version, whose id is `revertedTo`. */
  versionReverted: { version: Version; revertedTo: string };
  /** Something was written on a version. */
  versionUpdated: Version;
  branchCreated: Branch;
  branchDeleted: Branch;
  /** What a deleted branch held was let go: its versions are not listed any more. */
  branchPurged: Branch;
  /** The round trip to the server, in milliseconds. */
  latency: number;
}

/**
 * Joins a document and keeps a live copy of its drawing: what is confirmed, with the client's own unconfirmed operations on top. Reconnects by itself with a
 * growing, jittered delay of at most 10 s, catches up from its last revision, and sends what is not acknowledged again with the same ids.
 */
export class SvgxClient {
  constructor(options?: SvgxClientOptions);
  readonly status: 'idle' | 'connecting' | 'live' | 'offline' | 'refused' | 'closed';
  /** Why the document cannot be joined, while `status` is `refused`. */
  readonly refusal: { code: string; reason: string } | null;
  readonly joined: Joined | null;
  readonly model: DocumentModel | null;
  /** The last confirmed revision in `model`. */
  readonly revision: number;
  readonly sessionId: string;
  readonly presence: Person[];
  /** Threads by id, as the server last told; empty without the feature `comments`. */
  readonly comments: ReadonlyMap<string, CommentThread>;
  /** The conflicts that are open, by id. */
  readonly conflicts: ReadonlyMap<string, Conflict>;
  readonly locks: readonly ElementLock[];
  readonly canUndo: boolean;
  readonly canRedo: boolean;
  readonly pendingCount: number;
  readonly isRestoring: boolean;
  /** Why the server takes nothing at the moment; null while it does. */
  readonly held: { code: string; reason: string; times: number } | null;
  readonly latency: number | null;

  /** Listens to an event; returns a function that stops listening. */
  on<Name extends keyof SvgxClientEvents>(name: Name, handler: (value: SvgxClientEvents[Name]) => void): () => void;
  connect(): this;
  /** Tries again at once: after a refusal, or without waiting for the next attempt or for one that has had no answer yet. */
  retry(): void;
  /** Leaves. A closed client stays closed. */
  close(): void;

  /** Submits an operation: shown at once, sent now or on return. Returns its id; null where it was refused here (`refused` says why). */
  submit(operation: Operation): string | null;
  /**
   * Submits operations in order, as one step to undo. `atomic`: all or none, as long as they fit one message; a larger batch goes out in several messages.
   */
  submitMany(operations: Operation[], options?: { atomic?: boolean; groupId?: string; gestureId?: string }): string[];
  undo(): void;
  redo(): void;

  /**
   * Asks for anything in docs/protocol.md; gives the message that repeats the `request_id`; an answer in several messages is put together. Fails with a {@link RequestError}: the server's `code`, or `offline` where the server is away or the
   * connection is lost before the answer; then it may have been done or not.
   */
  request(type: string, fields?: Record<string, unknown>): Promise<{ type: string } & Record<string, unknown>>;

  /** Settles a conflict: `last_write_wins`, `merge`, `reject`, `user_choice`, `automatic` or `manual`. Fails with a {@link RequestError}. */
  resolveConflict(conflictId: string, resolution: string, how?: { chosenOperationId?: string; choices?: Record<string, string> }): Promise<{ type: string } & Record<string, unknown>>;
  /** Locks elements for this user, or renews the leases; fails with `locked` where somebody else holds one. */
  lock(elementIds: string | string[]): Promise<{ type: string } & Record<string, unknown>>;
  unlock(elementIds: string | string[]): Promise<{ type: string } & Record<string, unknown>>;

  /** The branch that this client is in, or is on its way to. */
  readonly branch: string;
  /** Saves a version of a branch as it is now; of the joined one unless named. What is not yet acknowledged is not in it. This and the others below fail with a {@link RequestError}. */
  createVersion(version?: VersionLabels & { description?: string; branch?: string }): Promise<Version>;
  /** A page of versions, newest first, of all branches unless one is named; `limit` is 1 to 500, 100 by default. `next` is the `before` of the next page. */
  listVersions(which?: { branch?: string; before?: number; limit?: number; checkpoints?: boolean }): Promise<{ versions: Version[]; total: number; next: number | null }>;
  getVersion(versionId: string): Promise<Version>;
  /** The drawing as of a point of history: a model of its own. */
  readVersion(point: HistoryPoint): Promise<{ branch: string; revision: number; versionId: string | null; model: DocumentModel }>;
  /** Name, tags and metadata in place of those it had. */
  labelVersion(versionId: string, labels?: VersionLabels): Promise<Version>;
  /** Brings a branch back to a version, by one operation that can be undone and a new version. */
  revertVersion(versionId: string, how?: { branch?: string; description?: string }): Promise<VersionChange>;
  /** Brings back a point of history, or only some of its elements with all in them. */
  restoreVersion(point: HistoryPoint, how?: { branch?: string; elementIds?: string[]; description?: string }): Promise<VersionChange>;
  /** How two points differ; the second is the joined branch as it is now unless named. */
  diff(from: HistoryPoint, to?: HistoryPoint): Promise<ElementDifference[]>;
  /** Makes a branch of a point of history; of the joined branch as it is now unless named. */
  createBranch(name: string, from?: HistoryPoint): Promise<Branch>;
  listBranches(which?: { deleted?: boolean }): Promise<Branch[]>;
  /** Deletes a branch: who is in it is sent away. Its versions stay until it is purged, its name stays taken. */
  deleteBranch(name: string): Promise<Branch>;
  /** Lets go, for good, of what a deleted branch holds: its operations, comments and conflicts and the contents of its versions. The document's owner alone may. */
  purgeBranch(name: string): Promise<Branch>;
  /** What merging a branch would do; nothing is changed. Into the joined branch unless another is named. */
  previewMerge(source: string, how?: { branch?: string; resolutions?: MergeResolution[] }): Promise<MergePreview>;
  /** Merges a branch, by one operation and a version with two parents. What no resolution decides is held as conflicts. */
  mergeBranch(source: string, how?: { branch?: string; resolutions?: MergeResolution[]; description?: string }): Promise<VersionChange>;
  /** What happened to an element, newest first; `next` is the `cursor` of the next page. */
  elementHistory(elementId: string, how?: { branch?: string; cursor?: string; limit?: number }): Promise<{ events: ElementEvent[]; next: string | null }>;
  /** Has the server check every checksum of the document. */
  verify(): Promise<IntegrityReport>;
  /**
   * Goes over to another branch: waits until the server has everything of this one, then joins the other; meanwhile `status` is `connecting` and there is no {@link model}. Where the other cannot
   * be joined it fails and is back in the former one. A client that was `refused`, as when its branch was deleted, gives up what waited there (`refused` names it). Not with an outbox.
   */
  switchBranch(name: string): Promise<Joined>;

  /** Shows others a gesture under way, at most one message a frame and gesture. It ends with the operation that has the same `gesture_id`. */
  preview(gestureId: string, elementIds: string[], data: Preview['data']): void;
  /** Ends a gesture that came to nothing. */
  endPreview(gestureId: string): void;
  /** Tells others what this user does. At most one message every 40 ms. */
  activity(report: { current_element?: string | null; cursor_position?: { x: number; y: number } | null; status?: 'online' | 'away' | 'editing' | 'viewing'; viewport?: Viewport | null; following?: string | null; rtt_ms?: number }): void;
  /** Tells others what is selected. */
  select(elementIds: string[]): void;

  /**
   * Begins a thread. This and the others below give the thread as it is when the server has it; they fail with an `Error` that has the server's `code`, or `offline`.
   * With a `commentId` of one's own it can be sent again after a failure and is still one comment.
   */
  comment(anchor: CommentAnchor, text: string, commentId?: string): Promise<CommentThread>;
  reply(threadId: string, text: string, commentId?: string): Promise<CommentThread>;
  editComment(commentId: string, text: string): Promise<CommentThread>;
  deleteComment(commentId: string): Promise<CommentThread>;
  /** Brings back what this user has deleted. */
  restoreComment(commentId: string): Promise<CommentThread>;
  resolveThread(threadId: string): Promise<CommentThread>;
  reopenThread(threadId: string): Promise<CommentThread>;
  /** Notes that this user has read a thread, or all, as far as it is known here. */
  readComments(threadId?: string): Promise<null>;
  /** How many comments of others in a thread this user has not read. */
  unreadComments(threadId: string): number;
}
