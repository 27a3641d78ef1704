/**
 * Preloaded before AWS's runtime client, it stands in for the client's native addon, so that no compiler is needed: the
 * same three functions, over HTTP. The addon blocks until a result is posted; here the next request waits for that, where
 * there is one invocation at a time.
 */

const http = require("node:http");
const Module = require("node:module");

const runtime = "/2018-06-01/runtime/invocation";
const agent = new http.Agent({ keepAlive: true });
const posting = new Set();
const concurrent = process.env.AWS_LAMBDA_MAX_CONCURRENCY !== undefined;

/** Sends one request to the Runtime API and gives its answer. */
function send(method, path, body, headers) {
	const [hostname, port] = process.env.AWS_LAMBDA_RUNTIME_API.split(":");
	return new Promise((resolve, reject) => {
		const request = http.request({ agent, hostname, port, method, path, headers }, (response) => {
			let text = "";
			response.setEncoding("utf8");
			response.on("data", (part) => {
				text += part;
			});
			response.on("end", () => resolve({ bodyJson: text, headers: response.headers }));
			response.on("error", reject);
		});
		request.on("error", reject);
		request.end(body);
	});
}

function post(path, body, headers) {
	const sent = send("POST", path, body, { "content-type": "application/json", ...headers });
	posting.add(sent);
	void sent.finally(() => posting.delete(sent));
}

const rapidClient = {
	next: async () => {
		if (!concurrent) await Promise.all(posting);
		return send("GET", `${runtime}/next`);
	},
	done: (id, body) => post(`${runtime}/${id}/response`, body),
	error: (id, body, xray) =>
		post(`${runtime}/${id}/error`, body, {
			"lambda-runtime-function-error-type": JSON.parse(body).errorType,
			"lambda-runtime-function-xray-error-cause": xray,
		}),
};

const load = Module._load;
Module._load = function (request, ...rest) {
	return request === "./rapid-client.node" ? rapidClient : Reflect.apply(load, this, [request, ...rest]);
};
