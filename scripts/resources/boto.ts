/** boto3's own form of the facts, as far as they are used. */

export interface BotoParam {
	readonly target: string;
	readonly source: "identifier" | "data" | "string" | "input" | "response" | "requestParameter";
	readonly name?: string;
	readonly path?: string;
	readonly value?: string;
}

export interface BotoRequest {
	readonly operation: string;
	readonly params?: readonly BotoParam[];
}

export interface BotoResult {
	readonly type: string;
	readonly identifiers?: readonly BotoParam[];
	readonly path?: string;
}

export interface BotoAction {
	readonly request: BotoRequest;
	readonly resource?: BotoResult;
	readonly path?: string;
}

export interface BotoResource {
	readonly identifiers?: readonly { readonly name: string; readonly memberName?: string }[];
	readonly shape?: string;
	readonly load?: BotoAction;
	readonly actions?: Readonly<Record<string, BotoAction>>;
	readonly batchActions?: Readonly<Record<string, BotoAction>>;
	readonly has?: Readonly<Record<string, { readonly resource: BotoResult }>>;
	readonly hasMany?: Readonly<Record<string, BotoAction & { readonly resource: BotoResult }>>;
	readonly waiters?: Readonly<Record<string, { readonly waiterName: string; readonly params?: readonly BotoParam[] }>>;
}

export interface BotoResources {
	readonly service: BotoResource;
	readonly resources: Readonly<Record<string, BotoResource>>;
}

/** botocore's model of a service. */
export interface BotoModel {
	readonly metadata: { readonly uid: string; readonly serviceFullName: string };
	readonly operations: Readonly<Record<string, { readonly input?: { readonly shape: string } }>>;
	readonly shapes: Readonly<Record<string, BotoShape>>;
}

export interface BotoShape {
	readonly type: string;
	readonly members?: Readonly<Record<string, { readonly shape: string }>>;
	readonly member?: { readonly shape: string };
	readonly required?: readonly string[];
	readonly sensitive?: boolean;
}

export interface BotoPaginators {
	readonly pagination: Readonly<
		Record<
			string,
			{
				readonly input_token: string | readonly string[];
				readonly output_token: string | readonly string[];
				readonly limit_key?: string;
				readonly more_results?: string;
			}
		>
	>;
}

export interface BotoWaiters {
	readonly waiters: Readonly<Record<string, { readonly delay: number; readonly maxAttempts: number }>>;
}

/** All facts about one service. */
export interface Facts {
	readonly resources: BotoResources;
	readonly model: BotoModel;
	readonly paginators: BotoPaginators;
	readonly waiters: BotoWaiters;
}
